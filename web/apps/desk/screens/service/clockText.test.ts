import { expect, test } from 'vitest'
import { spanText } from './clockText.ts'

test.each([
  [0, '0 s'],
  [-59, '59 s'],
  [60, '1 min'],
  [3599, '59 min'],
  [3600, '1 h'],
  [-12_000, '3 h 20'],
  [172_799, '47 h 59'],
  [172_800, '2 d'],
])('%i seconds read as %s', (seconds, text) => {
  expect(spanText(seconds)).toBe(text)
})
