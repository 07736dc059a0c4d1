// The Holter station: view, beats, signal, templates, edits, log, earlier recordings.
import { useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed } from 'vue'
import { answer, apiUrl, client, ifMatch } from '../client.ts'
import { staleTimes, useCursorList, type CursorPage } from '../query.ts'
import { currentClient } from '../transport.ts'
import type { EarlierHolter, Holter, HolterEditIn, HolterEditLine, HolterTemplates } from '../holter-types.ts'

const path = (id: string) => ({ path: { order_id: id } })
export const holterKey = (id: string) => ['ecg', 'holter', id]

const PROGRESS_EVERY_MS = 2000

/** The view of a Holter; while it is being analysed it is asked again. */
export function useHolter(id: () => string) {
  return useQuery({
    queryKey: computed(() => holterKey(id())),
    queryFn: ({ signal }) =>
      answer<Holter>(client.GET('/api/v1/ecg/holter/orders/{order_id}', { params: path(id()), signal })),
    refetchInterval: (query) =>
      query.state.data && !query.state.data.view && query.state.data.progress?.state !== 'failed'
        ? PROGRESS_EVERY_MS
        : false,
    refetchOnWindowFocus: false,
    shallow: true,
  })
}

export const readBeats = (id: string) =>
  answer<ArrayBuffer>(
    client.GET('/api/v1/ecg/holter/orders/{order_id}/beats', { params: path(id), parseAs: 'arrayBuffer' }),
  )

/** A piece of the signal; it never changes. */
export function readHolterSignal(id: string, startS: number, stopS: number, level: number, leads: readonly string[]) {
  const query = { start_s: startS, stop_s: stopS, level, lead: [...leads] }
  return answer<ArrayBuffer>(
    client.GET('/api/v1/ecg/holter/orders/{order_id}/signal', {
      params: { ...path(id), query },
      parseAs: 'arrayBuffer',
    }),
  )
}

export function useHolterTemplates(id: () => string, enabled: () => boolean) {
  return useQuery({
    queryKey: computed(() => [...holterKey(id()), 'templates']),
    queryFn: ({ signal }) =>
      answer<HolterTemplates>(
        client.GET('/api/v1/ecg/holter/orders/{order_id}/templates', { params: path(id()), signal }),
      ),
    enabled,
    staleTime: staleTimes.signed,
    refetchOnWindowFocus: false,
    shallow: true,
  })
}

export function useEarlierHolters(id: () => string, enabled: () => boolean) {
  return useQuery({
    queryKey: computed(() => [...holterKey(id()), 'earlier']),
    queryFn: ({ signal }) =>
      answer<EarlierHolter[]>(
        client.GET('/api/v1/ecg/holter/orders/{order_id}/earlier', { params: path(id()), signal }),
      ),
    enabled,
    staleTime: staleTimes.dictionary,
  })
}

export function useHolterLog(id: () => string, enabled: () => boolean) {
  return useCursorList<HolterEditLine>(
    () => [...holterKey(id()), 'log'],
    (cursor, signal) =>
      answer<CursorPage<HolterEditLine>>(
        client.GET('/api/v1/ecg/holter/orders/{order_id}/log', {
          params: { ...path(id()), query: { cursor, limit: 50 } },
          signal,
        }),
      ),
    { enabled },
  )
}

/** Send one edit; `seen` is the number of edits that the screen knows. */
export const sendHolterEdit = (id: string, edit: HolterEditIn, seen: number) =>
  answer<Holter>(
    client.POST('/api/v1/ecg/holter/orders/{order_id}/edits', {
      params: path(id),
      body: edit,
      headers: ifMatch(seen),
    }),
  )

/** Put the answer to an edit into the cache and drop what an edit outdates. */
export function useHolterCache(id: string) {
  const cache = useQueryClient()
  return {
    /** A reading that is on its way is older than this answer. */
    put: async (holter: Holter) => {
      await cache.cancelQueries({ queryKey: holterKey(id), exact: true })
      cache.setQueryData(holterKey(id), holter)
    },
    refresh: () => cache.invalidateQueries({ queryKey: holterKey(id) }),
    dropTemplates: () => cache.invalidateQueries({ queryKey: [...holterKey(id), 'templates'] }),
    dropLog: () => cache.invalidateQueries({ queryKey: [...holterKey(id), 'log'] }),
  }
}

export const holterTablesUrl = (id: string, form: 'xlsx' | 'csv') =>
  apiUrl(`/ecg/holter/orders/${id}/tables.${form}`, { client: currentClient() })
