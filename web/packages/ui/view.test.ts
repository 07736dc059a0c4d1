import { expect, test } from 'vitest'
import { viewOf } from './view.ts'

const problem = { title: 'x', status: 503 }

test('loading wins, an error without data is an error', () => {
  expect(viewOf({ loading: true, problem: null, isEmpty: true }).kind).toBe('loading')
  expect(viewOf({ loading: false, problem, isEmpty: true })).toEqual({ kind: 'error', problem })
})

test('a failed refresh keeps the old data and says their time', () => {
  const view = viewOf({ loading: false, problem, isEmpty: false, readAtMs: Date.parse('2026-11-23T08:05:09+08:00') })
  expect(view).toEqual({ kind: 'stale', since: '2026-11-23 08:05:09' })
})

test.each([403, 404, 410])('what one may no longer see (%i) is not kept on the screen', (status) => {
  const gone = { title: 'x', status }
  expect(viewOf({ loading: false, problem: gone, isEmpty: false, readAtMs: 1 })).toEqual({
    kind: 'error',
    problem: gone,
  })
})

test('an empty list says why and offers the next action', () => {
  expect(viewOf({ loading: false, problem: null, isEmpty: true, why: 'none yet', action: 'import' })).toEqual({
    kind: 'empty',
    why: 'none yet',
    action: 'import',
  })
  expect(viewOf({ loading: false, problem: null, isEmpty: false })).toEqual({ kind: 'ready' })
})
