// What a resident sees of her own record: home, signed reports, who looked.
import { useQuery } from '@tanstack/vue-query'
import { computed } from 'vue'
import { answer, apiUrl, client } from '../client.ts'
import { staleTimes, useCursorList, type CursorPage } from '../query.ts'
import type { AccessLine, ResidentHome, ResidentReport, ResidentReportLine } from '../ecg-types.ts'

export function useResidentHome() {
  return useQuery({
    queryKey: ['resident', 'home'],
    queryFn: ({ signal }) => answer<ResidentHome>(client.GET('/api/v1/resident/home', { signal })),
  })
}

export function useMyEcgReports() {
  return useCursorList<ResidentReportLine>(['resident', 'reports'], (cursor, signal) =>
    answer<CursorPage<ResidentReportLine>>(
      client.GET('/api/v1/resident/ecg/reports', { params: { query: { cursor } }, signal }),
    ),
  )
}

export function useMyEcgReport(id: () => string) {
  return useQuery({
    queryKey: computed(() => ['resident', 'report', id()]),
    queryFn: ({ signal }) =>
      answer<ResidentReport>(
        client.GET('/api/v1/resident/ecg/reports/{order_id}', { params: { path: { order_id: id() } }, signal }),
      ),
    enabled: () => id() !== '',
  })
}

export function useMyEcgSignal(id: () => string, enabled: () => boolean) {
  return useQuery({
    queryKey: computed(() => ['resident', 'signal', id()]),
    queryFn: ({ signal }) =>
      answer<ArrayBuffer>(
        client.GET('/api/v1/resident/ecg/reports/{order_id}/signal', {
          params: { path: { order_id: id() } },
          parseAs: 'arrayBuffer',
          signal,
        }),
      ),
    enabled,
    staleTime: staleTimes.signed,
  })
}

export const myReportPdfUrl = (id: string) => apiUrl(`/resident/ecg/reports/${id}/report.pdf`, { client: 'resident' })

export function useAccessLog() {
  return useCursorList<AccessLine>(['resident', 'access-log'], (cursor, signal) =>
    answer<CursorPage<AccessLine>>(
      client.GET('/api/v1/resident/access-log', { params: { query: { cursor } }, signal }),
    ),
  )
}
