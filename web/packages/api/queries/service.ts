// Tickets of the service desk.
import { useMutation, useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed } from 'vue'
import { answer, client } from '../client.ts'
import { useCursorList, type CursorPage } from '../query.ts'
import type { DeskCounts, Ticket, TicketDetail, TicketMove } from '../service-types.ts'

export interface TicketQuery {
  open: boolean
  state: string[]
  kind: string[]
  channel: string[]
  grade: number[]
  subsystem: string
  assignee: string
  raised_by: string
  overdue: boolean
  problem_id: string | null
  search: string
  order: 'queue' | 'newest'
}

const refreshMs = 15_000

export function useTickets(query: () => TicketQuery) {
  return useCursorList<Ticket>(
    () => ['service', 'tickets', query()],
    (cursor, signal) =>
      answer<CursorPage<Ticket>>(
        client.GET('/api/v1/servicedesk/tickets', { params: { query: { ...query(), cursor } }, signal }),
      ),
  )
}

export function useDeskCounts(enabled: () => boolean) {
  return useQuery({
    queryKey: ['service', 'counts'],
    queryFn: ({ signal }) =>
      answer<DeskCounts>(client.GET('/api/v1/servicedesk/counts', { params: { query: {} }, signal })),
    refetchInterval: refreshMs,
    enabled,
  })
}

export function useTicket(id: () => string, enabled: () => boolean = () => true) {
  return useQuery({
    queryKey: computed(() => ['service', 'ticket', id()]),
    queryFn: ({ signal }) =>
      answer<TicketDetail>(
        client.GET('/api/v1/servicedesk/tickets/{ticket_id}', { params: { path: { ticket_id: id() } }, signal }),
      ),
    refetchInterval: refreshMs,
    enabled,
  })
}

const at = (id: string) => ({ params: { path: { ticket_id: id } } })

/** What may be done with a ticket from its page. */
export const ticketActs = {
  move: (id: string, body: TicketMove) =>
    answer<TicketDetail>(client.POST('/api/v1/servicedesk/tickets/{ticket_id}/moves', { ...at(id), body })),
  say: (id: string, text: string, internal: boolean) =>
    answer(
      client.POST('/api/v1/servicedesk/tickets/{ticket_id}/messages', {
        ...at(id),
        body: { text, internal, author: '', channel: '', inbound: false },
      }),
    ),
  grade: (id: string, grade: number, reason: string) =>
    answer<TicketDetail>(
      client.POST('/api/v1/servicedesk/tickets/{ticket_id}/grade', { ...at(id), body: { grade, reason } }),
    ),
  restore: (id: string) =>
    answer<TicketDetail>(
      client.POST('/api/v1/servicedesk/tickets/{ticket_id}/restore', { ...at(id), body: { note: '' } }),
    ),
  confirmRestored: (id: string) =>
    answer<TicketDetail>(client.POST('/api/v1/servicedesk/tickets/{ticket_id}/confirm-restoration', at(id))),
  survey: (id: string, score: number, text: string) =>
    answer(client.POST('/api/v1/servicedesk/tickets/{ticket_id}/survey', { ...at(id), body: { score, text } })),
}

export interface MyTicket {
  text: string
  subsystem: string
  title: string
  blocked: boolean
}

export const raiseTicket = (body: MyTicket) =>
  answer<TicketDetail>(client.POST('/api/v1/servicedesk/my-tickets', { body }))

interface CatalogueWord {
  key: string
  name: string
  name_en: string
}

export function useCatalogue() {
  return useQuery({
    queryKey: ['service', 'catalogue'],
    queryFn: ({ signal }) =>
      answer<{ subsystems: CatalogueWord[]; problem_kinds: CatalogueWord[] }>(
        client.GET('/api/v1/servicedesk/catalogue', { signal }),
      ),
    staleTime: Number.POSITIVE_INFINITY,
  })
}

/** Run an act, then read everything of the desk again. */
export function useTicketAct() {
  const cache = useQueryClient()
  return useMutation({
    mutationFn: (act: () => Promise<unknown>) => act(),
    onSettled: () => cache.invalidateQueries({ queryKey: ['service'] }),
  })
}
