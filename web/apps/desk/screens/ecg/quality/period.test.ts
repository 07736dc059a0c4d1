import { expect, test } from 'vitest'
import { daysOf, instantsOf, isPeriod } from './period.ts'

const evening = Date.parse('2026-11-30T17:30:00Z')

test('presets end with the day in Shanghai, not that of Greenwich', () => {
  expect(daysOf('days7', evening)).toEqual({ since: '2026-11-25', until: '2026-12-01' })
  expect(daysOf('days30', evening)).toEqual({ since: '2026-11-02', until: '2026-12-01' })
  expect(daysOf('month', evening)).toEqual({ since: '2026-12-01', until: '2026-12-01' })
})

test('the last day is counted whole', () => {
  expect(instantsOf({ since: '2026-02-01', until: '2026-02-28' })).toEqual({
    since: '2026-02-01T00:00:00+08:00',
    until: '2026-03-01T00:00:00+08:00',
  })
})

test('a period has both ends, in order, at most 400 days', () => {
  expect(isPeriod({ since: '2026-01-01', until: '2026-01-01' })).toBe(true)
  expect(isPeriod({ since: '2026-01-02', until: '2026-01-01' })).toBe(false)
  expect(isPeriod({ since: '', until: '2026-01-01' })).toBe(false)
  expect(isPeriod({ since: '2025-01-01', until: '2026-12-01' })).toBe(false)
})
