// What a resident sees: her own record or that of somebody whom she looks after; the person is in every key and address.
import { useMutation, useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed } from 'vue'
import { answer, apiUrl, client } from '../client.ts'
import { staleTimes, useCursorList, type CursorPage } from '../query.ts'
import type { AccessLine, ResidentHome, ResidentReport, ResidentReportLine } from '../ecg-types.ts'
import type { Consents, MyFamily } from '../people-types.ts'

/** The key of somebody whom she looks after; empty for herself. */
export type Whom = () => string

const query = (whom: Whom) => ({ person: whom() || null })

export function useResidentHome(whom: Whom) {
  return useQuery({
    queryKey: computed(() => ['resident', 'home', whom()]),
    queryFn: ({ signal }) =>
      answer<ResidentHome>(client.GET('/api/v1/resident/home', { params: { query: query(whom) }, signal })),
  })
}

export function useMyEcgReports(whom: Whom) {
  return useCursorList<ResidentReportLine>(
    () => ['resident', 'reports', whom()],
    (cursor, signal) =>
      answer<CursorPage<ResidentReportLine>>(
        client.GET('/api/v1/resident/ecg/reports', { params: { query: { cursor, ...query(whom) } }, signal }),
      ),
  )
}

export function useMyEcgReport(id: () => string, whom: Whom) {
  return useQuery({
    queryKey: computed(() => ['resident', 'report', id(), whom()]),
    queryFn: ({ signal }) =>
      answer<ResidentReport>(
        client.GET('/api/v1/resident/ecg/reports/{order_id}', {
          params: { path: { order_id: id() }, query: query(whom) },
          signal,
        }),
      ),
    enabled: () => id() !== '',
  })
}

export function useMyEcgSignal(id: () => string, enabled: () => boolean, whom: Whom) {
  return useQuery({
    queryKey: computed(() => ['resident', 'signal', id(), whom()]),
    queryFn: ({ signal }) =>
      answer<ArrayBuffer>(
        client.GET('/api/v1/resident/ecg/reports/{order_id}/signal', {
          params: { path: { order_id: id() }, query: query(whom) },
          parseAs: 'arrayBuffer',
          signal,
        }),
      ),
    enabled,
    staleTime: staleTimes.signed,
  })
}

export const myReportPdfUrl = (id: string, person: string) =>
  apiUrl(`/resident/ecg/reports/${id}/report.pdf`, { client: 'resident', person })

export function useAccessLog(whom: Whom) {
  return useCursorList<AccessLine>(
    () => ['resident', 'access-log', whom()],
    (cursor, signal) =>
      answer<CursorPage<AccessLine>>(
        client.GET('/api/v1/resident/access-log', { params: { query: { cursor, ...query(whom) } }, signal }),
      ),
  )
}

/** Whom she looks after, and who looks after her; always her own. */
export function useMyFamily(enabled: () => boolean = () => true) {
  return useQuery({
    queryKey: ['resident', 'family'],
    queryFn: ({ signal }) => answer<MyFamily>(client.GET('/api/v1/resident/family', { signal })),
    enabled,
  })
}

export function useEndLink() {
  const cache = useQueryClient()
  return useMutation({
    mutationFn: (link: string) =>
      answer<MyFamily>(
        client.POST('/api/v1/resident/family/{link_id}/end', {
          params: { path: { link_id: link } },
          body: { reason: '' },
        }),
      ),
    onSuccess: () => cache.invalidateQueries({ queryKey: ['resident'] }),
  })
}

export function useMyConsents(whom: Whom) {
  return useQuery({
    queryKey: computed(() => ['resident', 'consents', whom()]),
    queryFn: ({ signal }) =>
      answer<Consents>(client.GET('/api/v1/resident/consents', { params: { query: query(whom) }, signal })),
  })
}

export function useDecide(whom: Whom) {
  const cache = useQueryClient()
  return useMutation({
    mutationFn: (said: { purpose: string; given: boolean; version: string }) =>
      answer<Consents>(client.POST('/api/v1/resident/consents', { params: { query: query(whom) }, body: said })),
    onSuccess: () => cache.invalidateQueries({ queryKey: ['resident'] }),
  })
}
