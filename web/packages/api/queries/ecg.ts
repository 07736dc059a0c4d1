// The ECG room: worklist, one order, reading, reports, alerts, devices.
import { keepPreviousData, useMutation, useQuery, useQueryClient, type QueryClient } from '@tanstack/vue-query'
import { computed } from 'vue'
import { answer, apiUrl, client, ifMatch, quiet } from '../client.ts'
import { staleTimes, useCursorList, type CursorPage } from '../query.ts'
import { currentClient } from '../transport.ts'
import type {
  Device,
  Order,
  OrderCounts,
  OrderDetail,
  OrderState,
  Report,
  ReportDraft,
  ReportTemplate,
  StatementEntry,
  Urgency,
} from '../ecg-types.ts'

export interface OrderFilter {
  state?: readonly OrderState[]
  kind?: readonly string[]
  quality?: string
  conclusion_class?: string
  since?: string
  until?: string
  unit?: string
  urgency?: Urgency | ''
  critical?: string
  statement?: string
  patient_id?: string
  owner?: 'me' | 'assigned' | ''
  search?: string
  order?: 'worklist' | 'newest'
}

export const orderKey = (id: string) => ['ecg', 'order', id]

/** One page of orders. */
export function readOrders(filter: OrderFilter, page: { cursor?: string; limit: number }, signal?: AbortSignal) {
  const query = { ...filter, state: [...(filter.state ?? [])], kind: [...(filter.kind ?? [])], ...page }
  return answer<CursorPage<Order>>(
    client.GET('/api/v1/ecg/orders', { params: { query }, ...(signal ? { signal } : {}) }),
  )
}

export function useOrders(filter: () => OrderFilter, enabled: () => boolean = () => true) {
  return useCursorList<Order>(
    () => ['ecg', 'orders', filter()],
    (cursor, signal) => readOrders(filter(), { cursor, limit: 50 }, signal),
    { enabled },
  )
}

export function useOrderCounts(
  filter: () => Omit<OrderFilter, 'state' | 'order'>,
  enabled: () => boolean = () => true,
) {
  return useQuery({
    queryKey: computed(() => ['ecg', 'counts', filter()]),
    queryFn: ({ signal }) =>
      answer<OrderCounts>(
        client.GET('/api/v1/ecg/counts', {
          params: { query: { ...filter(), kind: [...(filter().kind ?? [])] } },
          signal,
        }),
      ),
    enabled,
    placeholderData: keepPreviousData,
  })
}

export function useOrder(id: () => string) {
  return useQuery({
    queryKey: computed(() => orderKey(id())),
    queryFn: ({ signal }) =>
      answer<OrderDetail>(
        client.GET('/api/v1/ecg/orders/{order_id}', { params: { path: { order_id: id() } }, signal }),
      ),
    enabled: () => id() !== '',
  })
}

/** The signal of a recording never changes: kept as long as the page lives, dropped after 10 minutes out of use. */
export function useSignal(recordingId: () => string | null) {
  return useQuery({
    queryKey: computed(() => ['ecg', 'signal', recordingId()]),
    queryFn: ({ signal }) => {
      const params = { path: { recording_id: recordingId() ?? '' }, query: { level: 0 } }
      return answer<ArrayBuffer>(
        client.GET('/api/v1/ecg/recordings/{recording_id}/signal', { params, parseAs: 'arrayBuffer', signal }),
      )
    },
    enabled: () => Boolean(recordingId()),
    staleTime: staleTimes.signed,
    gcTime: 10 * 60_000,
  })
}

export const reportPdfUrl = (id: string, version?: number) =>
  apiUrl(`/ecg/orders/${id}/report.pdf`, { version, client: currentClient() })
export const previewPdfUrl = (id: string) => apiUrl(`/ecg/orders/${id}/preview.pdf`, { client: currentClient() })
export const originalUrl = (recordingId: string) =>
  apiUrl(`/ecg/recordings/${recordingId}/original`, { client: currentClient() })

export function refreshOrder(cache: QueryClient, id: string): Promise<unknown> {
  return Promise.all([
    cache.invalidateQueries({ queryKey: orderKey(id) }),
    cache.invalidateQueries({ queryKey: ['ecg', 'orders'] }),
    cache.invalidateQueries({ queryKey: ['ecg', 'counts'] }),
    cache.invalidateQueries({ queryKey: ['ecg', 'alerts'] }),
  ])
}

const orderPath = (id: string) => ({ path: { order_id: id } })

/** What can be done with an order, each with what the server wants to know. */
export type OrderAct =
  | { verb: 'open' | 'release' }
  | { verb: 'take-over' | 'return' | 'withdraw' | 'void' | 'amend'; reason: string }
  | { verb: 'sign'; confirmContradictions: boolean }
  | { verb: 'review'; accept: boolean; reason: string }

function actOn(id: string, act: OrderAct): Promise<Order> {
  const params = orderPath(id)
  switch (act.verb) {
    case 'open':
      return answer(client.POST('/api/v1/ecg/orders/{order_id}/open', { params }))
    case 'release':
      return answer(client.POST('/api/v1/ecg/orders/{order_id}/release', { params }))
    case 'take-over':
      return answer(client.POST('/api/v1/ecg/orders/{order_id}/take-over', { params, body: { reason: act.reason } }))
    case 'return':
      return answer(client.POST('/api/v1/ecg/orders/{order_id}/return', { params, body: { reason: act.reason } }))
    case 'withdraw':
      return answer(client.POST('/api/v1/ecg/orders/{order_id}/withdraw', { params, body: { reason: act.reason } }))
    case 'void':
      return answer(client.POST('/api/v1/ecg/orders/{order_id}/void', { params, body: { reason: act.reason } }))
    case 'amend':
      return answer(client.POST('/api/v1/ecg/orders/{order_id}/amend', { params, body: { reason: act.reason } }))
    case 'sign':
      return answer(
        client.POST('/api/v1/ecg/orders/{order_id}/sign', {
          params,
          body: { confirm_contradictions: act.confirmContradictions },
        }),
      )
    case 'review':
      return answer(
        client.POST('/api/v1/ecg/orders/{order_id}/review', {
          params,
          body: { accept: act.accept, reason: act.reason },
        }),
      )
  }
}

export function useOrderAct() {
  const cache = useQueryClient()
  return useMutation({
    mutationFn: ({ id, act }: { id: string; act: OrderAct }) => actOn(id, act),
    onSettled: (_data, _error, { id }) => refreshOrder(cache, id),
  })
}

export const keepLock = (id: string) =>
  answer<void>(client.POST('/api/v1/ecg/orders/{order_id}/keep', { params: orderPath(id), fetch: quiet }))

function saveReportDraft(id: string, draft: ReportDraft, version: number | undefined): Promise<Report> {
  const { conclusion_class: known, ...rest } = draft
  const body = { ...rest, conclusion_class: known ?? 'borderline' }
  return answer<Report>(
    client.PUT('/api/v1/ecg/orders/{order_id}/draft', { params: orderPath(id), body, headers: ifMatch(version) }),
  )
}

/** Saves a draft. A reading of the order that began before it must not bring the older text back: it begins anew. */
export function useReportSaving() {
  const cache = useQueryClient()
  return async (id: string, draft: ReportDraft, version: number | undefined): Promise<Report> => {
    const report = await saveReportDraft(id, draft, version)
    if (cache.isFetching({ queryKey: orderKey(id) })) void cache.invalidateQueries({ queryKey: orderKey(id) })
    return report
  }
}

export function useStatements(locale: () => string) {
  return useQuery({
    queryKey: computed(() => ['ecg', 'statements', locale()]),
    queryFn: ({ signal }) => answer<StatementEntry[]>(client.GET('/api/v1/ecg/statements', { signal })),
    staleTime: staleTimes.dictionary,
  })
}

export function useTemplates() {
  return useQuery({
    queryKey: ['ecg', 'templates'],
    queryFn: ({ signal }) => answer<ReportTemplate[]>(client.GET('/api/v1/ecg/templates', { signal })),
    staleTime: staleTimes.dictionary,
  })
}

export function useSaveTemplate() {
  const cache = useQueryClient()
  return useMutation({
    mutationFn: (template: Pick<ReportTemplate, 'name' | 'findings' | 'conclusion' | 'advice'>) =>
      answer<ReportTemplate>(client.POST('/api/v1/ecg/templates', { body: template })),
    onSuccess: () => cache.invalidateQueries({ queryKey: ['ecg', 'templates'] }),
  })
}

export function useDevices() {
  return useQuery({
    queryKey: ['ecg', 'devices'],
    queryFn: ({ signal }) => answer<Device[]>(client.GET('/api/v1/ecg/devices', { signal })),
    staleTime: 60_000,
  })
}
