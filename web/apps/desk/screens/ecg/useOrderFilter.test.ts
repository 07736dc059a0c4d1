import { expect, test } from 'vitest'
import { filterOf, type WorklistForm } from './useOrderFilter.ts'

const form: WorklistForm = {
  group: 'todo',
  search: ' zs ',
  since: '2026-11-22',
  until: '2026-11-23',
  urgency: '',
  critical: true,
  mine: false,
  kind: '',
  unit: '',
  statement: '',
  conclusionClass: '',
  quality: '',
}

test('the worklist asks for what is to do, in worklist order, whole days in Shanghai', () => {
  expect(filterOf(form)).toEqual({
    state: ['uploaded', 'waiting', 'in_progress', 'to_review', 'in_consultation'],
    order: 'worklist',
    search: 'zs',
    since: '2026-11-22T00:00:00+08:00',
    until: '2026-11-23T23:59:59+08:00',
    critical: 'open',
  })
})

test('done is newest first, one state is that state, all is no state', () => {
  expect(filterOf({ ...form, group: 'done' })).toMatchObject({ state: ['signed', 'amended'], order: 'newest' })
  expect(filterOf({ ...form, group: 'to_review' }).state).toEqual(['to_review'])
  expect(filterOf({ ...form, group: 'all' }).state).toEqual([])
})

test('every part of the filter reaches the server, handed-over orders by owner', () => {
  const narrow = { ...form, kind: 'holter', unit: '/a/', statement: 'lbbb', conclusionClass: 'abnormal', quality: 'D' }
  expect(filterOf({ ...narrow, group: 'assigned' })).toMatchObject({
    state: [],
    owner: 'assigned',
    kind: ['holter'],
    unit: '/a/',
    statement: 'lbbb',
    conclusion_class: 'abnormal',
    quality: 'D',
  })
})
