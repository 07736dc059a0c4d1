import { expect, test } from 'vitest'
import { fromLocal, toLocal } from './localTime.ts'

test('a field shows business time and gives the same instant back', () => {
  expect(toLocal('2026-11-30T16:05:09Z')).toBe('2026-12-01T00:05:09')
  expect(fromLocal('2026-12-01T00:05:09')).toBe('2026-11-30T16:05:09.000Z')
  expect(fromLocal('2026-12-01T00:05')).toBe('2026-11-30T16:05:00.000Z')
})
