// Expert consultations: lists, one of them, asking, answering, ending.
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed } from 'vue'
import { answer, apiUrl, client, ifMatch } from '../client.ts'
import type { Analysis, Conclusion, Patient, ReportDraft } from '../ecg-types.ts'
import { staleTimes, useCursorList, type CursorPage } from '../query.ts'
import { currentClient } from '../transport.ts'
import type { Narrow, Schemas } from '../types.ts'

export type ConsultationState = 'open' | 'answered' | 'concluded' | 'cancelled'
export type InvitationState = 'invited' | 'accepted' | 'declined' | 'answered' | 'released'
export type Stance = 'agree' | 'differ' | ''
export type ConsultationBox = 'to_answer' | 'asked' | 'answered' | ''
export type Expert = Schemas['ExpertOut']
export type Invitation = Narrow<Schemas['InvitationOut'], { state: InvitationState }>
export type Opinion = Narrow<Schemas['OpinionOut'], { conclusion: Conclusion[]; stance: Stance }>
export type ConsultationCounts = Schemas['ConsultationCountsOut']

interface RowNarrowing {
  state: ConsultationState
  urgency: 'emergency' | 'ordinary'
  patient: Patient
  experts: Invitation[]
}

export type Consultation = Narrow<Schemas['ConsultationOut'], RowNarrowing>
export type ConsultationDetail = Narrow<
  Schemas['ConsultationDetail'],
  RowNarrowing & {
    analysis: Analysis | null
    draft: ReportDraft | null
    opinions: Record<string, Opinion>
    conclusion: Opinion | null
  }
>

export interface OpinionDraft {
  text: string
  conclusion: Conclusion[]
  advice: string
  stance: Stance
}

export interface QuestionDraft {
  question: string
  experts: string[]
  urgency: 'emergency' | 'ordinary'
  video: boolean
}

export interface ConsultationFilter {
  box: ConsultationBox
  state: readonly ConsultationState[]
  search: string
  order_id?: string
}

const key = ['ecg', 'consultations']
const one = (id: string) => [...key, 'one', id]
const path = (id: string) => ({ path: { consultation_id: id } })

export function useConsultations(filter: () => ConsultationFilter, enabled: () => boolean = () => true) {
  return useCursorList<Consultation>(
    () => [...key, 'list', filter()],
    (cursor, signal) => {
      const query = { ...filter(), state: [...filter().state], cursor, limit: 50 }
      return answer<CursorPage<Consultation>>(client.GET('/api/v1/ecg/consultations', { params: { query }, signal }))
    },
    { enabled },
  )
}

export function useConsultationCounts(enabled: () => boolean = () => true) {
  return useQuery({
    queryKey: [...key, 'counts'],
    queryFn: ({ signal }) => answer<ConsultationCounts>(client.GET('/api/v1/ecg/consultations/counts', { signal })),
    enabled,
    placeholderData: keepPreviousData,
  })
}

export function useConsultation(id: () => string) {
  return useQuery({
    queryKey: computed(() => one(id())),
    queryFn: ({ signal }) =>
      answer<ConsultationDetail>(
        client.GET('/api/v1/ecg/consultations/{consultation_id}', { params: path(id()), signal }),
      ),
  })
}

export function useExperts(search: () => string, enabled: () => boolean) {
  return useQuery({
    queryKey: computed(() => [...key, 'experts', search()]),
    queryFn: ({ signal }) =>
      answer<Expert[]>(
        client.GET('/api/v1/ecg/consultations/experts', { params: { query: { search: search() } }, signal }),
      ),
    enabled,
    placeholderData: keepPreviousData,
    staleTime: staleTimes.dictionary,
  })
}

/** The signal of a recording that was put to experts; it never changes. */
export function useConsultationSignal(id: () => string, recordingId: () => string | null) {
  return useQuery({
    queryKey: computed(() => [...one(id()), 'signal', recordingId()]),
    queryFn: ({ signal }) =>
      answer<ArrayBuffer>(
        client.GET('/api/v1/ecg/consultations/{consultation_id}/recordings/{recording_id}/signal', {
          params: { path: { consultation_id: id(), recording_id: recordingId() ?? '' }, query: { level: 0 } },
          parseAs: 'arrayBuffer',
          signal,
        }),
      ),
    enabled: () => Boolean(recordingId()),
    staleTime: staleTimes.signed,
  })
}

export const sheetUrl = (id: string) => apiUrl(`/ecg/consultations/${id}/sheet.pdf`, { client: currentClient() })

export type ConsultationAct =
  | { verb: 'accept' }
  | { verb: 'decline' | 'cancel' | 'amend'; reason: string }
  | { verb: 'sign' }
  | { verb: 'invite'; experts: string[] }
  | { verb: 'conclude'; text: string; conclusion: Conclusion[]; reason: string }

function actOn(id: string, act: ConsultationAct): Promise<unknown> {
  const params = path(id)
  switch (act.verb) {
    case 'accept':
      return answer(client.POST('/api/v1/ecg/consultations/{consultation_id}/accept', { params }))
    case 'decline':
      return answer(
        client.POST('/api/v1/ecg/consultations/{consultation_id}/decline', { params, body: { reason: act.reason } }),
      )
    case 'cancel':
      return answer(
        client.POST('/api/v1/ecg/consultations/{consultation_id}/cancel', { params, body: { reason: act.reason } }),
      )
    case 'amend':
      return answer(
        client.POST('/api/v1/ecg/consultations/{consultation_id}/opinion/amend', {
          params,
          body: { reason: act.reason },
        }),
      )
    case 'sign':
      return answer(
        client.POST('/api/v1/ecg/consultations/{consultation_id}/opinion/sign', {
          params,
          body: { password: null, confirm_contradictions: false },
        }),
      )
    case 'invite':
      return answer(
        client.POST('/api/v1/ecg/consultations/{consultation_id}/experts', { params, body: { experts: act.experts } }),
      )
    case 'conclude': {
      const { text, conclusion, reason } = act
      const body = { text, conclusion, reason, password: null }
      return answer(client.POST('/api/v1/ecg/consultations/{consultation_id}/conclude', { params, body }))
    }
  }
}

/** Do something with a consultation; everything that shows it or its order is read again. */
export function useConsultationAct(id: () => string) {
  const cache = useQueryClient()
  return useMutation({
    mutationFn: (act: ConsultationAct) => actOn(id(), act),
    onSettled: () => cache.invalidateQueries({ queryKey: ['ecg'] }),
  })
}

export function useAsking(orderId: () => string) {
  const cache = useQueryClient()
  return useMutation({
    mutationFn: (body: QuestionDraft) =>
      answer<ConsultationDetail>(
        client.POST('/api/v1/ecg/orders/{order_id}/consultations', {
          params: { path: { order_id: orderId() } },
          body,
        }),
      ),
    onSuccess: () => cache.invalidateQueries({ queryKey: ['ecg'] }),
  })
}

export const saveOpinion = (id: string, body: OpinionDraft, revision: number | undefined) =>
  answer<ConsultationDetail>(
    client.PUT('/api/v1/ecg/consultations/{consultation_id}/opinion', {
      params: path(id),
      headers: ifMatch(revision),
      body,
    }),
  )
