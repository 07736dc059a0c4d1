import { expect, it } from 'vitest'
import { changesOf } from './diff.ts'

it('shows both sides of every field, the changed ones first', () => {
  expect(changesOf({ name: 'a', active: true }, { name: 'a', active: false, at: { x: 1 } })).toEqual([
    { field: 'active', before: 'true', after: 'false', changed: true },
    { field: 'at', before: '', after: '{"x":1}', changed: true },
    { field: 'name', before: 'a', after: 'a', changed: false },
  ])
})

it('has nothing to show of a line without a change', () => expect(changesOf(null, null)).toEqual([]))
