// Live events: one EventSource per browser. Tabs elect a leader with a Web Lock, the leader fans out over a
// BroadcastChannel; after a gap everybody is told to fetch again.
import { shallowRef } from 'vue'
import { answer, apiUrl, client, quiet } from './client.ts'
import { currentClient } from './transport.ts'

export interface LiveEvent {
  topic: string
  [fact: string]: unknown
}

export type LiveStatus = 'connecting' | 'open' | 'lost'

type Listener = (event: LiveEvent) => void

const reconnectSeconds = [1, 2, 5, 10, 30] as const
const listeners = new Set<Listener>()

/** Whether events are flowing, for the strip at the top of the page. */
export const liveStatus = shallowRef<LiveStatus>('connecting')

let stopCurrent: (() => void) | null = null

/** Seconds to wait before the n-th attempt in a row (0 = first): 1, 2, 5, 10, 30, 30 … */
export function reconnectDelayMs(failures: number): number {
  return (reconnectSeconds[Math.min(failures, reconnectSeconds.length - 1)] ?? 30) * 1000
}

export function onLiveEvent(listener: Listener): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

function dispatch(event: LiveEvent): void {
  for (const listener of listeners) listener(event)
}

function isLiveEvent(value: unknown): value is LiveEvent {
  return typeof value === 'object' && value !== null && 'topic' in value && typeof value.topic === 'string'
}

function parsed(text: string): LiveEvent | null {
  try {
    const value: unknown = JSON.parse(text)
    return isLiveEvent(value) ? value : null
  } catch {
    return null
  }
}

interface Outlet {
  event(event: LiveEvent): void
  status(status: LiveStatus): void
}

const sleep = (ms: number, signal: AbortSignal) =>
  new Promise<void>((done) => {
    const timer = setTimeout(done, ms)
    signal.addEventListener('abort', () => {
      clearTimeout(timer)
      done()
    })
  })

/** Hold one stream until it breaks; resolves true when it had been open. */
async function stream(outlet: Outlet, afterGap: boolean, signal: AbortSignal): Promise<boolean> {
  const { ticket } = await answer<{ ticket: string }>(client.POST('/api/v1/live/tickets', { fetch: quiet, signal }))
  const source = new EventSource(apiUrl('/live/events', { ticket }))
  let opened = false
  await new Promise<void>((done) => {
    source.onopen = () => {
      opened = true
      outlet.status('open')
      if (afterGap) outlet.event({ topic: 'live.lagging' })
    }
    source.onmessage = (message: MessageEvent<string>) => {
      const event = parsed(message.data)
      if (event) outlet.event(event)
    }
    source.onerror = () => done()
    signal.addEventListener('abort', () => done())
  })
  source.close()
  return opened
}

async function lead(outlet: Outlet, signal: AbortSignal): Promise<void> {
  let failures = 0
  let gap = false
  while (!signal.aborted) {
    const opened = await stream(outlet, gap, signal).catch(() => false)
    if (signal.aborted) return
    gap = true
    outlet.status('lost')
    failures = opened ? 0 : failures + 1
    await sleep(reconnectDelayMs(failures), signal)
  }
}

function outletOver(channel: BroadcastChannel | null): Outlet {
  return {
    event(event) {
      dispatch(event)
      channel?.postMessage({ event })
    },
    status(status) {
      liveStatus.value = status
      channel?.postMessage({ status })
    },
  }
}

function followOn(channel: BroadcastChannel): void {
  channel.onmessage = (message: MessageEvent<{ event?: LiveEvent; status?: LiveStatus; ask?: boolean }>) => {
    if (message.data.event) dispatch(message.data.event)
    if (message.data.status) liveStatus.value = message.data.status
    if (message.data.ask && liveStatus.value === 'open') channel.postMessage({ status: 'open' })
  }
  channel.postMessage({ ask: true })
}

/** Start receiving (after sign-in); a second call does nothing until stopLive. */
export function startLive(): void {
  if (stopCurrent) return
  const name = `tianmu-live-${currentClient()}`
  const abort = new AbortController()
  const channel = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel(name)
  if (channel) followOn(channel)
  const outlet = outletOver(channel)
  stopCurrent = () => {
    abort.abort()
    channel?.close()
  }
  const locks = globalThis.navigator?.locks
  if (!locks || !channel) {
    void lead(outlet, abort.signal)
    return
  }
  locks.request(name, { signal: abort.signal }, () => lead(outlet, abort.signal)).catch(() => undefined)
}

/** Stop receiving (sign-out, another user). */
export function stopLive(): void {
  stopCurrent?.()
  stopCurrent = null
  liveStatus.value = 'connecting'
}
