// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { liveStatus, onLiveEvent, reconnectDelayMs, startLive, stopLive, type LiveEvent } from './live.ts'

class FakeSource {
  static made: FakeSource[] = []
  onopen: (() => void) | null = null
  onmessage: ((message: { data: string }) => void) | null = null
  onerror: (() => void) | null = null
  closed = false
  constructor(readonly url: string) {
    FakeSource.made.push(this)
  }
  close() {
    this.closed = true
  }
}

const seen: LiveEvent[] = []
let stopListening: () => void
let tickets = 0

beforeEach(() => {
  vi.useFakeTimers()
  FakeSource.made = []
  seen.length = 0
  tickets = 0
  vi.stubGlobal('EventSource', FakeSource)
  vi.stubGlobal('BroadcastChannel', undefined)
  vi.stubGlobal('fetch', async () => new Response(JSON.stringify({ ticket: `k${++tickets}` })))
  stopListening = onLiveEvent((event) => seen.push(event))
})

afterEach(() => {
  stopLive()
  stopListening()
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

const settle = () => vi.advanceTimersByTimeAsync(0)

test('a ticket opens the stream and events reach the listeners', async () => {
  startLive()
  await settle()
  const source = FakeSource.made[0]
  expect(source?.url).toBe('/api/v1/live/events?ticket=k1')
  source?.onopen?.()
  source?.onmessage?.({ data: '{"topic":"ecg.alert","alert":"a1"}' })
  source?.onmessage?.({ data: 'not json' })
  expect(liveStatus.value).toBe('open')
  expect(seen).toEqual([{ topic: 'ecg.alert', alert: 'a1' }])
})

test('a broken stream comes back with a new ticket and asks everybody to fetch again', async () => {
  startLive()
  await settle()
  FakeSource.made[0]?.onopen?.()
  FakeSource.made[0]?.onerror?.()
  await settle()
  expect(liveStatus.value).toBe('lost')
  await vi.advanceTimersByTimeAsync(1000)
  const second = FakeSource.made[1]
  expect(second?.url).toContain('k2')
  second?.onopen?.()
  expect(seen).toEqual([{ topic: 'live.lagging' }])
})

test('waiting grows 1, 2, 5, 10, 30 s and stays there', () => {
  expect([0, 1, 2, 3, 4, 5, 9].map(reconnectDelayMs)).toEqual([1000, 2000, 5000, 10000, 30000, 30000, 30000])
})

test('stopping closes the stream for good', async () => {
  startLive()
  await settle()
  stopLive()
  await vi.advanceTimersByTimeAsync(60_000)
  expect(FakeSource.made).toHaveLength(1)
  expect(FakeSource.made[0]?.closed).toBe(true)
})
