import { expect, test } from 'vitest'
import { wantedTickets } from './queueQuery.ts'
import { readView, standardViews } from './queueViews.ts'

test('a saved view comes back as it was', () => {
  const view = { ...wantedTickets, kind: ['incident'], grade: [1], open: false, order: 'newest' as const }
  expect(readView(JSON.parse(JSON.stringify(view)))).toEqual(view)
})

test('what is not of the right shape counts as not set', () => {
  expect(readView({ kind: 'incident', grade: ['1'], open: 'yes', assignee: 7 })).toEqual(wantedTickets)
})

test('every standard view is a view', () => {
  for (const one of Object.values(standardViews)) expect(readView({ ...one })).toMatchObject(one)
})
