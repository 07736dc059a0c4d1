import { expect, test } from 'vitest'
import { freshKey } from './planKeys.ts'

test.each([
  [[], '1'],
  [['1', '2.1'], '3'],
])('after %j comes %s', (keys, next) => {
  expect(freshKey(keys)).toBe(next)
})
