import { expect, it } from 'vitest'
import { dayAfter } from './days.ts'

it('counts days in the business zone', () => {
  const lateEvening = Date.parse('2026-11-23T23:30:00+08:00')
  expect(dayAfter(0, lateEvening)).toBe('2026-11-23')
  expect(dayAfter(8, lateEvening)).toBe('2026-12-01')
})
