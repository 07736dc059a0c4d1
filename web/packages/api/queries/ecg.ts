// The ECG room: worklist, one order, reading, reports, alerts, devices.
import { useMutation, useQuery, useQueryClient, type QueryClient } from '@tanstack/vue-query'
import { computed } from 'vue'
import { api, apiBytes, apiUrl } from '../client.ts'
import { staleTimes, useCursorList } from '../query.ts'
import { currentClient } from '../transport.ts'
import type {
  Alert,
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
  since?: string
  until?: string
  unit?: string
  urgency?: Urgency | ''
  critical?: string
  statement?: string
  patient_id?: string
  owner?: 'me' | ''
  search?: string
  order?: 'worklist' | 'newest'
}

export const orderKey = (id: string) => ['ecg', 'order', id]

export function useOrders(filter: () => OrderFilter, enabled: () => boolean = () => true) {
  return useCursorList<Order>(['ecg', 'orders'], '/ecg/orders', () => ({ ...filter(), limit: 50 }), { enabled })
}

export function useOrderCounts(filter: () => OrderFilter) {
  return useQuery({
    queryKey: computed(() => ['ecg', 'counts', filter()]),
    queryFn: ({ signal }) => api.get<OrderCounts>('/ecg/counts', { query: { ...filter() }, signal }),
    placeholderData: (previous) => previous,
  })
}

export function useOrder(id: () => string) {
  return useQuery({
    queryKey: computed(() => orderKey(id())),
    queryFn: ({ signal }) => api.get<OrderDetail>(`/ecg/orders/${id()}`, { signal }),
    enabled: () => id() !== '',
  })
}

/** The signal of a recording never changes: kept as long as the page lives, dropped after 10 minutes out of use. */
export function useSignal(recordingId: () => string | null) {
  return useQuery({
    queryKey: computed(() => ['ecg', 'signal', recordingId()]),
    queryFn: ({ signal }) => apiBytes(`/ecg/recordings/${recordingId()}/signal`, { query: { level: 0 }, signal }),
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

function refreshOrder(cache: QueryClient, id: string): Promise<unknown> {
  return Promise.all([
    cache.invalidateQueries({ queryKey: orderKey(id) }),
    cache.invalidateQueries({ queryKey: ['ecg', 'orders'] }),
    cache.invalidateQueries({ queryKey: ['ecg', 'counts'] }),
    cache.invalidateQueries({ queryKey: ['ecg', 'alerts'] }),
  ])
}

/** One act on an order: open, release, take-over, return, withdraw, void, amend, sign, review. */
export function useOrderAct() {
  const cache = useQueryClient()
  return useMutation({
    mutationFn: (act: { id: string; verb: OrderVerb; body?: Record<string, unknown> }) =>
      api.post<Order>(`/ecg/orders/${act.id}/${act.verb}`, act.body ? { body: act.body } : {}),
    onSettled: (_data, _error, act) => refreshOrder(cache, act.id),
  })
}

export type OrderVerb = 'open' | 'release' | 'take-over' | 'return' | 'withdraw' | 'void' | 'sign' | 'review' | 'amend'

export const keepLock = (id: string) => api.post<void>(`/ecg/orders/${id}/keep`, { quiet: true })

export function saveReportDraft(id: string, draft: ReportDraft, version: number | undefined): Promise<Report> {
  return api.put<Report>(`/ecg/orders/${id}/draft`, { body: draft, version })
}

export function useStatements(locale: () => string) {
  return useQuery({
    queryKey: computed(() => ['ecg', 'statements', locale()]),
    queryFn: ({ signal }) => api.get<StatementEntry[]>('/ecg/statements', { query: { locale: locale() }, signal }),
    staleTime: staleTimes.dictionary,
  })
}

export function useTemplates() {
  return useQuery({
    queryKey: ['ecg', 'templates'],
    queryFn: ({ signal }) => api.get<ReportTemplate[]>('/ecg/templates', { signal }),
    staleTime: staleTimes.dictionary,
  })
}

export function useSaveTemplate() {
  const cache = useQueryClient()
  return useMutation({
    mutationFn: (template: Pick<ReportTemplate, 'name' | 'findings' | 'conclusion' | 'advice'>) =>
      api.post<ReportTemplate>('/ecg/templates', { body: template }),
    onSuccess: () => cache.invalidateQueries({ queryKey: ['ecg', 'templates'] }),
  })
}

export function useAlerts(enabled: () => boolean) {
  return useQuery({
    queryKey: ['ecg', 'alerts', 'open'],
    queryFn: async ({ signal }) => {
      const answer = await api.get<Alert[] | { items: Alert[] }>('/ecg/alerts', { query: { open: true }, signal })
      return Array.isArray(answer) ? answer : answer.items
    },
    enabled,
    refetchInterval: 60_000,
  })
}

export function useAlertAct() {
  const cache = useQueryClient()
  return useMutation({
    mutationFn: (act: { id: string; orderId: string; verb: AlertVerb; body?: Record<string, unknown> }) =>
      api.post<Alert>(`/ecg/alerts/${act.id}/${act.verb}`, act.body ? { body: act.body } : {}),
    onSettled: (_data, _error, act) => refreshOrder(cache, act.orderId),
  })
}

export type AlertVerb = 'confirm' | 'reject' | 'acknowledge' | 'dispose'

export function useDevices() {
  return useQuery({
    queryKey: ['ecg', 'devices'],
    queryFn: async ({ signal }) => {
      const answer = await api.get<Device[] | { items: Device[] }>('/ecg/devices', { signal })
      return Array.isArray(answer) ? answer : answer.items
    },
    staleTime: 60_000,
  })
}
