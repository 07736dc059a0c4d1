import { expect, test } from 'vitest'
import { uuidv7 } from './uuid.ts'

test('version 7, variant 10, the time in front', () => {
  const id = uuidv7(Date.UTC(2026, 10, 23, 0, 5, 9))
  expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  expect(Number.parseInt(id.replace('-', '').slice(0, 12), 16)).toBe(Date.UTC(2026, 10, 23, 0, 5, 9))
})

test('later keys sort later, and no two are equal', () => {
  expect(uuidv7(1_000) < uuidv7(1_001)).toBe(true)
  expect(new Set(Array.from({ length: 1000 }, () => uuidv7(5))).size).toBe(1000)
})
