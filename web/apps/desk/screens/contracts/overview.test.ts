import { expect, test } from 'vitest'
import { monthAfter, weeksOf } from './days.ts'
import { monthsOf } from './overview.ts'

test('a month begins on its Monday and ends on its Sunday', () => {
  const days = weeksOf('2026-12')
  expect(days[0]).toEqual({ day: '2026-11-30', inside: false })
  expect(days.at(-1)).toEqual({ day: '2027-01-03', inside: false })
  expect(days.filter((one) => one.inside)).toHaveLength(31)
})

test.each([
  ['2026-12', 1, '2027-01'],
  ['2026-01', -1, '2025-12'],
])('%s and %i months', (month, count, wanted) => {
  expect(monthAfter(month, count)).toBe(wanted)
})

test('fines fall into the month of the breach in the business zone, and add up', () => {
  const lines = [
    { at: '2026-10-31T17:00:00Z', payable: '100.10' },
    { at: '2026-11-02T09:00:00+08:00', payable: '200.20' },
    { at: '2026-11-02T09:00:00+08:00', payable: '0.00' },
    { at: null, payable: '5.00' },
  ]
  const months = monthsOf(lines, '2026-10-18', '2027-10-17')
  expect(months).toHaveLength(13)
  expect(months.find((one) => one.month === '2026-11')).toEqual({ month: '2026-11', count: 2, fen: 30030 })
  expect(months.find((one) => one.month === '2026-10')?.fen).toBe(0)
})
