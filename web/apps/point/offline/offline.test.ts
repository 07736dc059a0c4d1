// The queue's rules: what an answer means, when to try again, what fits, equal bytes for a repeat.
import { beforeEach, expect, test, vi } from 'vitest'
import { ApiProblem, type ImportResult } from '@tianmu/api'
import { multipartBody } from './multipart.ts'
import type { Item } from './queue.ts'
import { dueItems, nextTryMs, outcomeOf, roomLeft } from './rules.ts'
import { fieldsOf, sendItem } from './sender.ts'

const { saved } = vi.hoisted(() => ({ saved: [] as unknown[] }))
vi.mock('./queue.ts', () => ({ save: (item: unknown) => void saved.push(item), filesOf: () => [] }))

const item = (change: Partial<Item> = {}): Item => ({
  id: 'i1',
  createdAtMs: 1,
  state: 'waiting',
  tries: 0,
  nextAtMs: 0,
  sentAtMs: 0,
  revision: 0,
  sizeBytes: 10,
  sha256: '',
  refusal: null,
  receipt: null,
  droppedWhy: '',
  sending: {
    institutionId: 'h1',
    institutionName: '',
    author: '',
    person: { id: '', name: 'Zhang', sex: 'M', birthDate: '1958-04-02', idNumber: '', phone: '' },
    orderId: '',
    urgency: 'emergency',
    department: '',
    requestedBy: '',
    clinicalNote: '',
    closedReason: '',
    acquiredAt: '2026-11-23T08:00:00Z',
    grade: 'A',
    reversals: [],
    qualityReason: '',
    files: [],
  },
  ...change,
})

beforeEach(() => void (saved.length = 0))

test.each([
  [200, '', 'sent'],
  [201, '', 'sent'],
  [0, 'client.network', 'later'],
  [503, '', 'later'],
  [500, 'api.internal', 'later'],
  [429, '', 'later'],
  [401, 'access.not_signed_in', 'sign_in'],
  [423, 'access.session_locked', 'sign_in'],
  [403, 'access.password_change_needed', 'sign_in'],
  [403, 'access.refused', 'failed'],
  [409, 'residents.closed', 'failed'],
  [422, 'ecg.file_truncated', 'failed'],
] as const)('an answer %i %s means %s', (status, code, outcome) => expect(outcomeOf(status, code)).toBe(outcome))

test('tries grow apart and stay at five minutes', () => {
  expect([1, 2, 3, 4, 9].map((tries) => nextTryMs(0, tries))).toEqual([5000, 15_000, 60_000, 300_000, 300_000])
})

test('what is due goes oldest first; one that waits for its time holds nobody up', () => {
  const row = (id: string, createdAtMs: number, nextAtMs: number, state: Item['state'] = 'waiting') =>
    item({ id, createdAtMs, nextAtMs, state })
  const items = [
    row('c', 3, 0),
    row('a', 1, 0),
    row('later', 0, 99),
    row('done', 0, 0, 'sent'),
    row('bad', 0, 0, 'failed'),
  ]
  expect(dueItems(items, 10).map(({ id }) => id)).toEqual(['a', 'c'])
  expect(dueItems(items, 10, true).map(({ id }) => id)).toEqual(['later', 'a', 'c'])
})

test('room is judged by what is free', () => {
  expect(roomLeft(null, 1)).toBe('enough')
  expect(roomLeft({ usedBytes: 10, quotaBytes: 1000 }, 10)).toBe('enough')
  expect(roomLeft({ usedBytes: 850, quotaBytes: 1000 }, 1)).toBe('little')
  expect(roomLeft({ usedBytes: 985, quotaBytes: 1000 }, 10)).toBe('none')
})

test('a repeat has the same bytes, so that the server knows it', async () => {
  const body = () =>
    multipartBody('b', { one: '张', empty: '' }, [
      { name: 'file', filename: 'a"\n.dat', bytes: new Uint8Array([1, 2]) },
    ])
  const text = await body().text()
  expect(await body().text()).toBe(text)
  expect(text).toContain('name="one"\r\n\r\n张\r\n')
  expect(text).toContain('filename="a%22 .dat"')
  expect(text).not.toContain('empty')
})

test('a person written down goes with her words, a chosen one with her key, an order with neither', () => {
  expect(fieldsOf(item())).toMatchObject({ patient_id: '', person_name: 'Zhang', person_birth_date: '1958-04-02' })
  const chosen = item()
  chosen.sending = {
    ...chosen.sending,
    person: { id: 'p1', name: 'Zhang', sex: 'M', birthDate: '', idNumber: '', phone: '' },
  }
  expect(fieldsOf(chosen)).toMatchObject({ patient_id: 'p1' })
  expect(fieldsOf(chosen)).not.toHaveProperty('person_name')
  expect(fieldsOf({ ...chosen, sending: { ...chosen.sending, orderId: 'o1' } })).toMatchObject({
    order_id: 'o1',
    patient_id: '',
  })
})

test('an answer is written down before anything else happens; no answer keeps it waiting', async () => {
  const receipt = { order: { id: 'o1', number: 'E1' }, duplicate: false } as ImportResult
  const sent = await sendItem(
    item(),
    () => Promise.resolve(receipt),
    () => 1000,
  )
  expect(sent).toMatchObject({ outcome: 'sent', item: { state: 'sent', receipt: { number: 'E1' } } })
  expect(saved.map((one) => (one as Item).state)).toEqual(['sending', 'sent'])
  const lost = await sendItem(
    item({ tries: 1 }),
    () => Promise.reject(new ApiProblem({ title: '', status: 0 })),
    () => 1000,
  )
  expect(lost).toMatchObject({ outcome: 'later', item: { state: 'waiting', tries: 2, nextAtMs: 16_000 } })
  const refused = await sendItem(
    item(),
    () => Promise.reject(new ApiProblem({ title: 'no', status: 422, code: 'x' })),
    () => 0,
  )
  expect(refused).toMatchObject({ outcome: 'failed', item: { state: 'failed', refusal: { code: 'x' } } })
})
