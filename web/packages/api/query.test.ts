import { expect, test } from 'vitest'
import { ApiProblem } from './errors.ts'
import { createQueryClient, worthRetrying } from './query.ts'

const problem = (status: number) => new ApiProblem({ title: 'x', status })

test('reads retry twice, and only what may pass by itself', () => {
  expect([0, 1, 2].map((failures) => worthRetrying(failures, problem(503)))).toEqual([true, true, false])
  expect(worthRetrying(0, problem(0))).toBe(true)
  expect(worthRetrying(0, problem(403))).toBe(false)
  expect(worthRetrying(0, new Error('fault'))).toBe(false)
})

test('writes never retry', () => {
  expect(createQueryClient().getDefaultOptions().mutations?.retry).toBe(false)
})
