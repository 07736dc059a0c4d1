// Reports: shelves, the designer's catalogue, previews and answers, versions, schedules, files.
import { keepPreviousData, useQuery } from '@tanstack/vue-query'
import { computed } from 'vue'
import { answer, apiUrl, client, ifMatch } from '../client.ts'
import { staleTimes, useCursorList, type CursorPage } from '../query.ts'
import type {
  CellPlace,
  Definition,
  Given,
  KeptFile,
  Recipient,
  Report,
  ReportAnswer,
  ReportCatalogue,
  ReportPage,
  ReportSchedule,
  ReportVersion,
  ScheduleWish,
  Tried,
} from '../report-types.ts'
import type { Schemas } from '../types.ts'

export type Shelf = 'mine' | 'shared' | 'templates'
type Asked = Schemas['Definition']

/** Reads that are sent as POST: no key, so that their answers are not kept on the server. */
const unkept = { 'Idempotency-Key': '' }
const asked = (definition: Definition): Asked => definition as unknown as Asked
const at = (id: string) => ({ params: { path: { report_id: id } } })

export function useReports(which: () => Shelf, search: () => string, enabled: () => boolean = () => true) {
  return useCursorList<Report>(
    () => ['reports', 'shelf', which(), search()],
    (cursor, signal) =>
      answer<CursorPage<Report>>(
        client.GET('/api/v1/reports/reports', {
          params: { query: { which: which(), search: search(), cursor } },
          signal,
        }),
      ),
    { enabled },
  )
}

export function useKeptFiles(enabled: () => boolean) {
  return useCursorList<KeptFile>(
    ['reports', 'kept'],
    (cursor, signal) =>
      answer<CursorPage<KeptFile>>(client.GET('/api/v1/reports/kept', { params: { query: { cursor } }, signal })),
    { enabled },
  )
}

export function useReportCatalogue(enabled: () => boolean = () => true) {
  return useQuery({
    queryKey: ['reports', 'catalogue'],
    queryFn: ({ signal }) => answer<ReportCatalogue>(client.GET('/api/v1/reports/datasets', { signal })),
    staleTime: staleTimes.dictionary,
    enabled,
  })
}

export function useReport(id: () => string, enabled: () => boolean = () => true) {
  return useQuery({
    queryKey: computed(() => ['reports', 'report', id()]),
    queryFn: ({ signal }) =>
      answer<ReportPage>(client.GET('/api/v1/reports/reports/{report_id}', { ...at(id()), signal })),
    enabled,
  })
}

export function useVersions(id: () => string, enabled: () => boolean) {
  return useQuery({
    queryKey: computed(() => ['reports', 'versions', id()]),
    queryFn: ({ signal }) =>
      answer<ReportVersion[]>(client.GET('/api/v1/reports/reports/{report_id}/versions', { ...at(id()), signal })),
    enabled,
  })
}

export function useSchedules(id: () => string, enabled: () => boolean) {
  return useQuery({
    queryKey: computed(() => ['reports', 'schedules', id()]),
    queryFn: ({ signal }) =>
      answer<ReportSchedule[]>(client.GET('/api/v1/reports/reports/{report_id}/schedules', { ...at(id()), signal })),
    enabled,
  })
}

/** The answer of a saved report; a new question ends the one before on the server too. */
export function useReportAnswer(id: () => string, given: () => Given, enabled: () => boolean) {
  return useQuery({
    queryKey: computed(() => ['reports', 'answer', id(), given()]),
    queryFn: async ({ signal }) => {
      const run = crypto.randomUUID()
      signal.addEventListener('abort', () => void cancelRun(run).catch(() => undefined))
      const query = { parameters: JSON.stringify(given()), run }
      return answer<ReportAnswer>(
        client.GET('/api/v1/reports/reports/{report_id}/answer', {
          params: { path: { report_id: id() }, query },
          signal,
        }),
      )
    },
    enabled,
    refetchOnWindowFocus: false,
    placeholderData: keepPreviousData,
  })
}

const cancelRun = (run: string) =>
  client.POST('/api/v1/reports/runs/{run_id}/cancel', { params: { path: { run_id: run } } })

export function usePreview(definition: () => Definition, given: () => Given, enabled: () => boolean) {
  return useQuery({
    queryKey: computed(() => ['reports', 'preview', definition(), given()]),
    queryFn: ({ signal }) =>
      answer<ReportAnswer>(
        client.POST('/api/v1/reports/preview', {
          body: { definition: asked(definition()), parameters: given() },
          headers: unkept,
          signal,
        }),
      ),
    enabled,
    retry: false,
    refetchOnWindowFocus: false,
    placeholderData: keepPreviousData,
  })
}

export const rowsBehind = (definition: Definition, given: Given, cell: CellPlace) =>
  answer<ReportAnswer>(
    client.POST('/api/v1/reports/behind', {
      body: { definition: asked(definition), parameters: given, cell },
      headers: unkept,
    }),
  )

export const tryExpression = (
  dataset: string,
  expression: string,
  condition: boolean,
  calculated: { name: string; expression: string }[],
) =>
  answer<Tried>(
    client.POST('/api/v1/reports/expressions', {
      body: { dataset, expression, condition, calculated },
      headers: unkept,
    }),
  )

export interface FieldValue {
  value: string
  name: string
  path?: string
}

export const fieldValues = (dataset: string, field: string, search: string) =>
  answer<FieldValue[]>(
    client.GET('/api/v1/reports/datasets/{dataset}/values', {
      params: { path: { dataset }, query: { field, search } },
    }),
  )

export const recipients = (search: string) =>
  answer<Recipient[]>(client.GET('/api/v1/reports/recipients', { params: { query: { search } } }))

export interface ReportNames {
  name: string
  name_en: string
  description: string
  description_en: string
}

export const reportActs = {
  create: (names: ReportNames, definition: Definition) =>
    answer<ReportPage>(
      client.POST('/api/v1/reports/reports', { body: { ...names, definition: asked(definition), note: '' } }),
    ),
  save: (id: string, version: number, names: ReportNames, definition: Definition, note: string) =>
    answer<ReportPage>(
      client.PUT('/api/v1/reports/reports/{report_id}', {
        ...at(id),
        headers: ifMatch(version),
        body: { ...names, definition: asked(definition), note },
      }),
    ),
  copy: (id: string, name: string) =>
    answer<ReportPage>(client.POST('/api/v1/reports/reports/{report_id}/copy', { ...at(id), body: { name } })),
  share: (id: string, shared: boolean) =>
    answer<Report>(client.POST('/api/v1/reports/reports/{report_id}/share', { ...at(id), body: { shared } })),
  remove: (id: string) => answer(client.DELETE('/api/v1/reports/reports/{report_id}', at(id))),
  bringBack: (id: string) => answer<Report>(client.POST('/api/v1/reports/reports/{report_id}/bring-back', at(id))),
  restore: (id: string, number: number) =>
    answer<ReportPage>(
      client.POST('/api/v1/reports/reports/{report_id}/versions/{number}/restore', {
        params: { path: { report_id: id, number } },
      }),
    ),
  bringIn: (document: Record<string, unknown>) =>
    answer<ReportPage>(client.POST('/api/v1/reports/import', { body: { document } })),
  plan: (id: string, body: ScheduleWish) =>
    answer<ReportSchedule>(client.POST('/api/v1/reports/reports/{report_id}/schedules', { ...at(id), body })),
  replan: (id: string, version: number, body: ScheduleWish) =>
    answer<ReportSchedule>(
      client.PUT('/api/v1/reports/schedules/{schedule_id}', {
        params: { path: { schedule_id: id } },
        headers: ifMatch(version),
        body,
      }),
    ),
  unplan: (id: string) =>
    answer(client.DELETE('/api/v1/reports/schedules/{schedule_id}', { params: { path: { schedule_id: id } } })),
  refresh: (dataset: string) =>
    answer(client.POST('/api/v1/reports/datasets/{dataset}/refresh', { params: { path: { dataset } } })),
}

export const reportFileUrl = (id: string, form: 'csv' | 'xlsx' | 'pdf', given: Given) =>
  apiUrl(`/reports/reports/${id}/file.${form}`, { parameters: JSON.stringify(given), client: 'desk' })
export const definitionUrl = (id: string) => apiUrl(`/reports/reports/${id}/definition.json`, { client: 'desk' })
export const keptFileUrl = (run: string) => apiUrl(`/reports/runs/${run}/file`, { client: 'desk' })
