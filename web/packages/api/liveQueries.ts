// Live events of the server make the matching lists and records fetch again, at most twice a second, tickets every two.
import { onBeforeUnmount, onMounted } from 'vue'
import { useQueryClient, type QueryClient, type QueryKey } from '@tanstack/vue-query'
import { onLiveEvent, type LiveEvent } from './live.ts'

const gatherMs = 500

/** Query keys that an event makes stale; an empty key means everything. */
export function staleKeys(event: LiveEvent): QueryKey[] {
  const order = typeof event['order'] === 'string' ? [['ecg', 'order', event['order']]] : []
  const lists = [
    ['ecg', 'orders'],
    ['ecg', 'counts'],
  ]
  switch (event.topic) {
    case 'ecg.worklist':
    case 'ecg.order':
      return [...lists, ...order]
    case 'ecg.alert':
      return [['ecg', 'alerts'], ['ecg', 'alert'], ...lists, ...order]
    case 'ecg.live':
      return [['ecg', 'live']]
    case 'servicedesk.ticket':
      return [['service']]
    case 'jobs':
      return [['jobs']]
    case 'messages':
      return [['messages']]
    case 'resident.report':
      return [['resident']]
    case 'supervision.figures':
      return [
        ['supervision', 'wall'],
        ['supervision', 'map'],
      ]
    case 'live.lagging':
      return [[]]
    default:
      return []
  }
}

/** What the alarm panel shows. */
const isAlarm = (key: QueryKey) => key[0] === 'ecg' && key[1] === 'alerts'

/** Many tickets may come at once, and a long list is read again page by page: those wait longer for one another. */
const paceMs = (key: QueryKey) => (key[0] === 'service' ? 2_000 : gatherMs)

type Cache = Pick<QueryClient, 'invalidateQueries' | 'isFetching'>

/** Gathers what events make stale. What is being fetched is let through first, so that a stream of events stops nobody. */
export function gathering(cache: Cache): { heard: (event: LiveEvent) => void; stop: () => void } {
  const waiting = new Map<string, { key: QueryKey; dueMs: number }>()
  let timer: ReturnType<typeof setTimeout> | undefined

  const flush = () => {
    timer = undefined
    for (const [name, { key, dueMs }] of waiting) {
      const isBusy = key.length > 0 && cache.isFetching({ queryKey: key }) > 0
      if (dueMs > Date.now() || isBusy) continue
      waiting.delete(name)
      void cache.invalidateQueries({ queryKey: key })
    }
    if (waiting.size > 0) timer = setTimeout(flush, gatherMs)
  }
  const heard = (event: LiveEvent) => {
    for (const key of staleKeys(event)) {
      const name = JSON.stringify(key)
      // An alarm waits for nothing, not even for what was gathered before it.
      if (isAlarm(key)) void cache.invalidateQueries({ queryKey: key })
      else if (!waiting.has(name)) waiting.set(name, { key, dueMs: Date.now() + paceMs(key) })
    }
    if (waiting.size > 0) timer ??= setTimeout(flush, gatherMs)
  }
  return { heard, stop: () => clearTimeout(timer) }
}

/** Keep the queries of the calling app fresh while it lives. */
export function useLiveQueries(): void {
  const { heard, stop } = gathering(useQueryClient())
  let leave: (() => void) | undefined

  onMounted(() => {
    leave = onLiveEvent(heard)
  })
  onBeforeUnmount(() => {
    leave?.()
    stop()
  })
}
