import { expect, test } from 'vitest'
import type { Lock } from '@tianmu/api'
import { lossOf } from './useLostLock.ts'

const lock = (mine: boolean): Lock => ({
  holder: '陈敏',
  holder_id: '019ad000-0000-7000-8000-000000000001',
  mine,
  since: '2026-12-01T08:00:00+08:00',
  expires_at: '2026-12-01T08:15:00+08:00',
})

test('a lock that somebody else holds now was taken over', () => {
  expect(lossOf({ state: 'in_progress', lock: lock(false) }, 'open')).toEqual({
    kind: 'taken',
    holder: '陈敏',
    since: '2026-12-01T08:00:00+08:00',
  })
})

test('no lock any more means it ran out, unless the reader gave it back', () => {
  expect(lossOf({ state: 'in_progress', lock: null }, 'open')).toEqual({ kind: 'expired' })
  expect(lossOf({ state: 'waiting', lock: null }, 'open')).toEqual({ kind: 'expired' })
  expect(lossOf({ state: 'waiting', lock: null }, 'release')).toBeNull()
})

test('one who holds it has lost nothing; a signed or returned order is no loss', () => {
  expect(lossOf({ state: 'in_progress', lock: lock(true) }, 'open')).toBeNull()
  expect(lossOf({ state: 'to_review', lock: null }, 'sign')).toBeNull()
  expect(lossOf({ state: 'returned', lock: null }, 'return')).toBeNull()
})
