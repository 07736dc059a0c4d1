import { expect, test } from 'vitest'
import { staleKeys } from './liveQueries.ts'

test('an alert makes alerts, lists and its order stale', () => {
  expect(staleKeys({ topic: 'ecg.alert', order: 'o1', alert: 'a1' })).toEqual([
    ['ecg', 'alerts'],
    ['ecg', 'alert'],
    ['ecg', 'orders'],
    ['ecg', 'counts'],
    ['ecg', 'order', 'o1'],
  ])
})

test('after a gap everything is stale, an unknown topic changes nothing', () => {
  expect(staleKeys({ topic: 'live.lagging' })).toEqual([[]])
  expect(staleKeys({ topic: 'other' })).toEqual([])
})
