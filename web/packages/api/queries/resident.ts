// What a resident sees of her own record: home, signed reports, who looked.
import { useQuery } from '@tanstack/vue-query'
import { computed } from 'vue'
import { api, apiBytes, apiUrl } from '../client.ts'
import { staleTimes, useCursorList } from '../query.ts'
import type { AccessLine, ResidentHome, ResidentReport, ResidentReportLine } from '../ecg-types.ts'

export function useResidentHome() {
  return useQuery({
    queryKey: ['resident', 'home'],
    queryFn: ({ signal }) => api.get<ResidentHome>('/resident/home', { signal }),
  })
}

export function useMyEcgReports() {
  return useCursorList<ResidentReportLine>(['resident', 'reports'], '/resident/ecg/reports', {})
}

export function useMyEcgReport(id: () => string) {
  return useQuery({
    queryKey: computed(() => ['resident', 'report', id()]),
    queryFn: ({ signal }) => api.get<ResidentReport>(`/resident/ecg/reports/${id()}`, { signal }),
    enabled: () => id() !== '',
  })
}

export function useMyEcgSignal(id: () => string, enabled: () => boolean) {
  return useQuery({
    queryKey: computed(() => ['resident', 'signal', id()]),
    queryFn: ({ signal }) => apiBytes(`/resident/ecg/reports/${id()}/signal`, { signal }),
    enabled,
    staleTime: staleTimes.signed,
  })
}

export const myReportPdfUrl = (id: string) => apiUrl(`/resident/ecg/reports/${id}/report.pdf`, { client: 'resident' })

export function useAccessLog() {
  return useCursorList<AccessLine>(['resident', 'access-log'], '/resident/access-log', {})
}
