// What a ticket's page does beyond moving it on: files, joining, grade, visits, the major report.
import { useQuery } from '@tanstack/vue-query'
import { computed } from 'vue'
import { answer, apiUrl, client, ifMatch } from '../client.ts'
import { staleTimes } from '../query.ts'
import type {
  CannedAnswer,
  Engineer,
  GradeAnswers,
  GradeProposal,
  MajorReport,
  Ticket,
  TicketDetail,
  TicketFile,
} from '../service-types.ts'
import type { Schemas } from '../types.ts'

const of = (id: string) => ({ params: { path: { ticket_id: id } } })

export const fileUrl = (id: string) => apiUrl(`/servicedesk/files/${id}`, { client: 'desk' })
export const reportUrl = (id: string) => apiUrl(`/servicedesk/tickets/${id}/report.pdf`, { client: 'desk' })

export function useSimilar(id: () => string, enabled: () => boolean) {
  return useQuery({
    queryKey: computed(() => ['service', 'similar', id()]),
    queryFn: ({ signal }) =>
      answer<{ items: Ticket[] }>(
        client.GET('/api/v1/servicedesk/tickets/{ticket_id}/similar', { ...of(id()), signal }),
      ),
    enabled,
  })
}

export function useCanned(enabled: () => boolean) {
  return useQuery({
    queryKey: ['service', 'canned'],
    queryFn: ({ signal }) => answer<CannedAnswer[]>(client.GET('/api/v1/servicedesk/canned', { signal })),
    staleTime: staleTimes.dictionary,
    enabled,
  })
}

export function useEngineers(enabled: () => boolean) {
  return useQuery({
    queryKey: ['service', 'engineers'],
    queryFn: ({ signal }) =>
      answer<Engineer[]>(client.GET('/api/v1/servicedesk/engineers', { params: { query: { unit: '' } }, signal })),
    staleTime: staleTimes.dictionary,
    enabled,
  })
}

export interface SaidMore {
  text: string
  internal: boolean
  inbound: boolean
  channel: string
  author: string
  at: string | null
  mentions: string[]
  canned_id: string | null
}

function oneFile(file: File): FormData {
  const form = new FormData()
  form.append('file', file, file.name)
  return form
}

export const ticketMore = {
  say: (id: string, body: SaidMore) =>
    answer(client.POST('/api/v1/servicedesk/tickets/{ticket_id}/messages', { ...of(id), body })),
  attach: (id: string, file: File) =>
    answer<TicketFile>(
      client.POST('/api/v1/servicedesk/tickets/{ticket_id}/files', {
        ...of(id),
        body: { file: '' },
        bodySerializer: () => oneFile(file),
      }),
    ),
  change: (id: string, body: Schemas['TicketPatch']) =>
    answer<TicketDetail>(client.PATCH('/api/v1/servicedesk/tickets/{ticket_id}', { ...of(id), body })),
  assign: (id: string, account: string, reason: string) =>
    answer<TicketDetail>(
      client.POST('/api/v1/servicedesk/tickets/{ticket_id}/assign', {
        ...of(id),
        body: { account_id: account, reason },
      }),
    ),
  limit: (id: string, until: string, agreedWith: string) =>
    answer<TicketDetail>(
      client.POST('/api/v1/servicedesk/tickets/{ticket_id}/limit', {
        ...of(id),
        body: { until, agreed_with: agreedWith },
      }),
    ),
  visit: (id: string, body: Schemas['VisitIn']) =>
    answer<TicketDetail>(client.POST('/api/v1/servicedesk/tickets/{ticket_id}/visits', { ...of(id), body })),
  acknowledge: (id: string) =>
    answer<TicketDetail>(client.POST('/api/v1/servicedesk/tickets/{ticket_id}/acknowledge', of(id))),
  merge: (id: string, into: string, reason: string) =>
    answer<TicketDetail>(
      client.POST('/api/v1/servicedesk/tickets/{ticket_id}/merge', { ...of(id), body: { into_id: into, reason } }),
    ),
  link: (id: string, other: string, kind: string) =>
    answer<TicketDetail>(
      client.POST('/api/v1/servicedesk/tickets/{ticket_id}/links', { ...of(id), body: { other_id: other, kind } }),
    ),
  split: (id: string, title: string, text: string, kind: string) =>
    answer<Ticket>(
      client.POST('/api/v1/servicedesk/tickets/{ticket_id}/split', { ...of(id), body: { title, text, kind } }),
    ),
}

export const incidentActs = {
  propose: (id: string, body: GradeAnswers) =>
    answer<GradeProposal>(client.POST('/api/v1/servicedesk/tickets/{ticket_id}/grade-proposal', { ...of(id), body })),
  decide: (id: string, grade: number, reason: string, answers: GradeAnswers) =>
    answer<TicketDetail>(
      client.POST('/api/v1/servicedesk/tickets/{ticket_id}/grade', { ...of(id), body: { grade, reason, answers } }),
    ),
  exclude: (id: string, cause: string, reason: string) =>
    answer<TicketDetail>(
      client.POST('/api/v1/servicedesk/tickets/{ticket_id}/exclude', { ...of(id), body: { cause, reason } }),
    ),
  restore: (id: string, at: string | null, note: string) =>
    answer<TicketDetail>(
      client.POST('/api/v1/servicedesk/tickets/{ticket_id}/restore', { ...of(id), body: { at, note } }),
    ),
  confirmRestored: (id: string) =>
    answer<TicketDetail>(client.POST('/api/v1/servicedesk/tickets/{ticket_id}/confirm-restoration', of(id))),
  note: (id: string, text: string) =>
    answer(client.POST('/api/v1/servicedesk/tickets/{ticket_id}/status-notes', { ...of(id), body: { text } })),
  saveReport: (id: string, body: Schemas['ReportIn'], revision: number | undefined) =>
    answer<MajorReport>(
      client.PUT('/api/v1/servicedesk/tickets/{ticket_id}/report', { ...of(id), body, headers: ifMatch(revision) }),
    ),
  signReport: (id: string) =>
    answer<MajorReport>(client.POST('/api/v1/servicedesk/tickets/{ticket_id}/report/sign', of(id))),
  amendReport: (id: string, reason: string) =>
    answer<MajorReport>(
      client.POST('/api/v1/servicedesk/tickets/{ticket_id}/report/amend', { ...of(id), body: { reason } }),
    ),
  acknowledgeReport: (id: string) =>
    answer<MajorReport>(client.POST('/api/v1/servicedesk/tickets/{ticket_id}/report/acknowledge', of(id))),
}
