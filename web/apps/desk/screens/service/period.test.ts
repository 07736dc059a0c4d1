import { expect, test } from 'vitest'
import { boundsOf, dayOf, lastDays, monthBefore } from './period.ts'

const beforeMidnight = Date.parse('2027-01-01T00:30:00+08:00')

test('days are those of Shanghai', () => {
  expect(dayOf(beforeMidnight)).toBe('2027-01-01')
  expect(lastDays(30, beforeMidnight)).toEqual({ first: '2026-12-03', last: '2027-01-01' })
})

test('the last day counts as a whole', () => {
  expect(boundsOf('2026-12-01', '2026-12-31')).toEqual({
    since: '2026-12-01T00:00:00+08:00',
    until: '2027-01-01T00:00:00+08:00',
  })
})

test('the month before January is December of the year before', () => {
  expect(monthBefore(beforeMidnight)).toBe('2026-12')
  expect(monthBefore(Date.parse('2026-12-01T12:00:00+08:00'))).toBe('2026-11')
})
