import { expect, test } from 'vitest'
import { spanText } from './clockText.ts'

test.each([
  [0, '0 秒'],
  [-59, '59 秒'],
  [60, '1 分钟'],
  [3599, '59 分钟'],
  [3600, '1 小时'],
  [-12_000, '3 小时 20 分'],
  [172_799, '47 小时 59 分'],
  [172_800, '2 天'],
])('%i seconds read as %s', (seconds, text) => {
  expect(spanText(seconds)).toBe(text)
})
