// Figures of the desk, its monthly reports and its wall.
import { useQuery } from '@tanstack/vue-query'
import { computed } from 'vue'
import { answer, apiUrl, client } from '../client.ts'
import { useCursorList, type CursorPage } from '../query.ts'
import type { Schemas } from '../types.ts'

export type Figures = Schemas['FiguresOut']
export type GroupTimes = Schemas['TimesOut']
export type MonthlyReport = Schemas['MonthlyReportOut']
export type DeskWall = Schemas['WallOut']

export interface Period {
  since: string
  until: string
}

const wallRefreshMs = 10_000

export function useFigures(period: () => Period) {
  return useQuery({
    queryKey: computed(() => ['service-figures', period()]),
    queryFn: ({ signal }) =>
      answer<Figures>(client.GET('/api/v1/servicedesk/figures', { params: { query: period() }, signal })),
    staleTime: 30_000,
  })
}

export const figuresUrl = (form: 'csv' | 'xlsx', period: Period) =>
  apiUrl(`/servicedesk/figures.${form}`, { ...period, client: 'desk' })

export const reportUrl = (form: 'pdf' | 'xlsx', month: string) =>
  apiUrl(`/servicedesk/reports/monthly/${month}.${form}`, { client: 'desk' })

export function useMonthlyReports() {
  return useCursorList<MonthlyReport>(['service', 'reports'], (cursor, signal) =>
    answer<CursorPage<MonthlyReport>>(
      client.GET('/api/v1/servicedesk/reports', { params: { query: { cursor } }, signal }),
    ),
  )
}

const report = (id: string) => ({ params: { path: { report_id: id } } })

export const reportActs = {
  make: (month: string) => answer<MonthlyReport>(client.POST('/api/v1/servicedesk/reports', { body: { month } })),
  sign: (id: string) => answer<MonthlyReport>(client.POST('/api/v1/servicedesk/reports/{report_id}/sign', report(id))),
  acknowledge: (id: string) =>
    answer<MonthlyReport>(client.POST('/api/v1/servicedesk/reports/{report_id}/acknowledge', report(id))),
}

export function useDeskWall() {
  return useQuery({
    queryKey: ['service', 'wall'],
    queryFn: ({ signal }) => answer<DeskWall>(client.GET('/api/v1/servicedesk/wall', { signal })),
    refetchInterval: wallRefreshMs,
    refetchIntervalInBackground: true,
  })
}
