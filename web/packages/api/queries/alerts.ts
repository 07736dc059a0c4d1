// Critical values: the open ones, one with its log, the register with its figures, the call list.
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed } from 'vue'
import { answer, apiUrl, client } from '../client.ts'
import { useCursorList, type CursorPage } from '../query.ts'
import { currentClient } from '../transport.ts'
import type { Schemas } from '../types.ts'
import type { Alert, AlertCall, AlertDetail, AlertFigure } from '../ecg-types.ts'
import { refreshOrder } from './ecg.ts'

export type Colleague = Schemas['AlertColleagueOut']
export type FigureName = 'notified_rate' | 'timely_rate' | 'disposed_rate' | 'false_alarm_rate'
type StateWanted = Alert['state'] | 'open' | ''

/** What the register shows; `index` opens the rows behind a figure, with `counted` false those it misses. */
export interface RegisterFilter {
  since?: string
  until?: string
  grade?: '' | 'critical' | 'major'
  state?: StateWanted
  late?: boolean
  search?: string
  index?: FigureName
  counted?: boolean
}

export function useAlerts(enabled: () => boolean) {
  return useQuery({
    queryKey: ['ecg', 'alerts', 'open'],
    queryFn: async ({ signal }) => {
      const query = { open: true, limit: 100 }
      const page = await answer<CursorPage<Alert>>(client.GET('/api/v1/ecg/alerts', { params: { query }, signal }))
      return page.items
    },
    enabled,
    refetchInterval: 60_000,
  })
}

export function useAlert(id: () => string | null) {
  return useQuery({
    queryKey: computed(() => ['ecg', 'alert', id()]),
    queryFn: ({ signal }) =>
      answer<AlertDetail>(
        client.GET('/api/v1/ecg/alerts/{alert_id}', { params: { path: { alert_id: id() ?? '' } }, signal }),
      ),
    enabled: () => id() !== null,
    placeholderData: (previous) => (previous?.id === id() ? previous : undefined),
  })
}

export function useColleagues(id: () => string, enabled: () => boolean) {
  return useQuery({
    queryKey: computed(() => ['ecg', 'alert', id(), 'colleagues']),
    queryFn: ({ signal }) =>
      answer<Colleague[]>(
        client.GET('/api/v1/ecg/alerts/{alert_id}/colleagues', { params: { path: { alert_id: id() } }, signal }),
      ),
    enabled,
  })
}

export function useRegister(filter: () => RegisterFilter) {
  return useCursorList<Alert>(
    () => ['ecg', 'alerts', 'register', filter()],
    (cursor, signal) =>
      answer<CursorPage<Alert>>(
        client.GET('/api/v1/ecg/alert-register', { params: { query: { ...filter(), cursor } }, signal }),
      ),
  )
}

export function useAlertFigures(filter: () => RegisterFilter) {
  return useQuery({
    queryKey: computed(() => ['ecg', 'alerts', 'figures', filter()]),
    queryFn: ({ signal }) =>
      answer<AlertFigure[]>(
        client.GET('/api/v1/ecg/alert-register/figures', { params: { query: { ...filter() } }, signal }),
      ),
    placeholderData: keepPreviousData,
  })
}

export const registerUrl = (form: 'csv' | 'xlsx' | 'pdf', filter: RegisterFilter) =>
  apiUrl(`/ecg/alert-register/export.${form}`, { ...filter, client: currentClient() })

export function useAlertCalls(enabled: () => boolean) {
  return useQuery({
    queryKey: ['ecg', 'alerts', 'calls'],
    queryFn: async ({ signal }) => {
      const query = { limit: 100 }
      const page = await answer<CursorPage<AlertCall>>(
        client.GET('/api/v1/ecg/alert-calls', { params: { query }, signal }),
      )
      return page.items
    },
    enabled,
    refetchInterval: 60_000,
  })
}

export function useNoteCall() {
  const cache = useQueryClient()
  return useMutation({
    mutationFn: ({ id, spoken }: { id: string; spoken: Schemas['SpokenIn'] }) =>
      answer(
        client.POST('/api/v1/ecg/alert-calls/{alert_call_id}', {
          params: { path: { alert_call_id: id } },
          body: spoken,
        }),
      ),
    onSettled: () => cache.invalidateQueries({ queryKey: ['ecg'] }),
  })
}

/** The next step of a critical value. */
export type AlertAct =
  | { verb: 'confirm' | 'take' }
  | { verb: 'reject' | 'mute' | 'ask_close'; reason: string }
  | { verb: 'acknowledge'; readBack: string }
  | { verb: 'dispose'; disposal: string; chartNote: string }
  | { verb: 'chart'; note: string }
  | { verb: 'pass_on'; accountId: string; note: string }
  | { verb: 'answer_close'; agree: boolean; reason: string }
  | { verb: 'review'; verdict: Schemas['AlertReviewIn']['verdict']; note: string }

const root = '/api/v1/ecg/alerts/{alert_id}'

function stepAlert(id: string, act: AlertAct): Promise<Alert> {
  const params = { path: { alert_id: id } }
  switch (act.verb) {
    case 'confirm':
      return answer(client.POST(`${root}/confirm`, { params }))
    case 'take':
      return answer(client.POST(`${root}/take`, { params }))
    case 'reject':
      return answer(client.POST(`${root}/reject`, { params, body: { reason: act.reason } }))
    case 'mute':
      return answer(client.POST(`${root}/mute`, { params, body: { reason: act.reason } }))
    case 'ask_close':
      return answer(client.POST(`${root}/ask-close`, { params, body: { reason: act.reason } }))
    case 'acknowledge':
      return answer(client.POST(`${root}/acknowledge`, { params, body: { read_back: act.readBack } }))
    case 'dispose':
      return answer(
        client.POST(`${root}/dispose`, { params, body: { disposal: act.disposal, chart_note: act.chartNote } }),
      )
    case 'chart':
      return answer(client.POST(`${root}/chart`, { params, body: { note: act.note } }))
    case 'pass_on':
      return answer(client.POST(`${root}/pass-on`, { params, body: { account_id: act.accountId, note: act.note } }))
    case 'answer_close':
      return answer(client.POST(`${root}/answer-close`, { params, body: { agree: act.agree, reason: act.reason } }))
    case 'review':
      return answer(client.POST(`${root}/review`, { params, body: { verdict: act.verdict, note: act.note } }))
  }
}

export function useAlertAct() {
  const cache = useQueryClient()
  return useMutation({
    mutationFn: ({ id, act }: { id: string; orderId: string; act: AlertAct }) => stepAlert(id, act),
    onSettled: async (_data, _error, { id, orderId }) => {
      await Promise.all([refreshOrder(cache, orderId), cache.invalidateQueries({ queryKey: ['ecg', 'alert', id] })])
    },
  })
}
