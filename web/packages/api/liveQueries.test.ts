import { afterEach, expect, test, vi } from 'vitest'
import { gathering, staleKeys } from './liveQueries.ts'

afterEach(() => vi.useRealTimers())

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

test('a stream of tickets is read every two seconds, and never while a page is on its way', () => {
  vi.useFakeTimers()
  const asked: unknown[] = []
  const tickets = { queryKey: ['service'] }
  let fetching = 0
  const cache = {
    invalidateQueries: (...given: unknown[]) => {
      asked.push(given[0])
      return Promise.resolve()
    },
    isFetching: () => fetching,
  }
  const { heard, stop } = gathering(cache)
  for (let step = 0; step < 30; step += 1) {
    heard({ topic: 'servicedesk.ticket', ticket: String(step) })
    vi.advanceTimersByTime(100)
  }
  expect(asked).toEqual([tickets])
  fetching = 1
  vi.advanceTimersByTime(5_000)
  expect(asked).toHaveLength(1)
  fetching = 0
  vi.advanceTimersByTime(500)
  expect(asked).toEqual([tickets, tickets])
  heard({ topic: 'ecg.alert', order: 'o', alert: 'a' })
  expect(asked[2]).toEqual({ queryKey: ['ecg', 'alerts'] })
  vi.advanceTimersByTime(500)
  expect(asked).toHaveLength(7)
  stop()
})
