// Live events of the server make the matching lists and records fetch again, at most twice a second.
import { onBeforeUnmount, onMounted } from 'vue'
import { useQueryClient, type QueryKey } from '@tanstack/vue-query'
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

/** Keep the queries of the calling app fresh while it lives. */
export function useLiveQueries(): void {
  const cache = useQueryClient()
  const waiting = new Map<string, QueryKey>()
  let timer: ReturnType<typeof setTimeout> | undefined
  let stop: (() => void) | undefined

  const flush = () => {
    timer = undefined
    for (const queryKey of waiting.values()) void cache.invalidateQueries({ queryKey })
    waiting.clear()
  }
  onMounted(() => {
    stop = onLiveEvent((event) => {
      for (const key of staleKeys(event)) {
        // An alarm waits for nothing, not even for what was gathered before it.
        if (isAlarm(key)) void cache.invalidateQueries({ queryKey: key })
        else waiting.set(JSON.stringify(key), key)
      }
      if (waiting.size > 0) timer ??= setTimeout(flush, gatherMs)
    })
  })
  onBeforeUnmount(() => {
    stop?.()
    clearTimeout(timer)
  })
}
