import { expect, it } from 'vitest'
import { tokenState } from './tokenState.ts'

const now = Date.parse('2026-11-23T10:00:00+08:00')
const token = (expires_at: string, revoked_at: string | null = null) => tokenState({ expires_at, revoked_at }, now)

it('tells what a token is', () => {
  expect(token('2027-11-23T10:00:00+08:00')).toEqual({ key: 'live' })
  expect(token('2026-12-23T10:00:00+08:00')).toEqual({ key: 'soon', days: 30 })
  expect(token('2026-11-23T10:00:01+08:00')).toEqual({ key: 'soon', days: 1 })
  expect(token('2026-11-23T10:00:00+08:00')).toEqual({ key: 'over' })
  expect(token('2027-11-23T10:00:00+08:00', '2026-11-01T00:00:00+08:00')).toEqual({ key: 'revoked' })
})
