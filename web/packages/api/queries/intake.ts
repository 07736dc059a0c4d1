// Ways into the desk beyond the form: telephone, pasted chats, letters; saved views and many tickets at once.
import { useQuery } from '@tanstack/vue-query'
import { computed } from 'vue'
import { answer, apiUrl, client } from '../client.ts'
import { staleTimes, useCursorList, type CursorPage } from '../query.ts'
import type { Caller, ChatGroup, DeskLetter, PastePreview, SavedView, Ticket } from '../service-types.ts'
import type { Schemas } from '../types.ts'
import type { TicketQuery } from './service.ts'

export function useViews(enabled: () => boolean) {
  return useQuery({
    queryKey: ['service', 'views'],
    queryFn: ({ signal }) => answer<SavedView[]>(client.GET('/api/v1/servicedesk/views', { signal })),
    enabled,
  })
}

export const viewActs = {
  save: (name: string, filters: Record<string, unknown>, shared: boolean) =>
    answer<SavedView>(client.POST('/api/v1/servicedesk/views', { body: { name, filters, shared } })),
  drop: (id: string) =>
    answer(client.DELETE('/api/v1/servicedesk/views/{view_id}', { params: { path: { view_id: id } } })),
}

export const assignMany = (ticketIds: string[], account: string) =>
  answer<Schemas['BulkAssignOut']>(
    client.POST('/api/v1/servicedesk/assignments', {
      body: { ticket_ids: ticketIds, account_id: account, reason: '' },
    }),
  )

export const queueUrl = (form: 'csv' | 'xlsx', query: TicketQuery) =>
  apiUrl(`/servicedesk/queue.${form}`, { ...query, client: 'desk' })

export function useChatGroups(enabled: () => boolean) {
  return useQuery({
    queryKey: ['service', 'groups'],
    queryFn: ({ signal }) => answer<ChatGroup[]>(client.GET('/api/v1/servicedesk/intake/groups', { signal })),
    staleTime: staleTimes.dictionary,
    enabled,
  })
}

export function useLetters(enabled: () => boolean) {
  return useCursorList<DeskLetter>(
    ['service', 'letters'],
    (cursor, signal) =>
      answer<CursorPage<DeskLetter>>(
        client.GET('/api/v1/servicedesk/intake/letters', { params: { query: { cursor } }, signal }),
      ),
    { enabled },
  )
}

export function useCaller(phone: () => string) {
  return useQuery({
    queryKey: computed(() => ['service', 'caller', phone()]),
    queryFn: ({ signal }) =>
      answer<Caller>(
        client.GET('/api/v1/servicedesk/intake/caller', { params: { query: { phone: phone() } }, signal }),
      ),
    enabled: () => phone().replace(/\D/g, '').length >= 7,
    gcTime: 0,
  })
}

export const intakeActs = {
  open: (body: Schemas['TicketIn']) => answer<Ticket>(client.POST('/api/v1/servicedesk/tickets', { body })),
  remember: (phone: string, name: string, institution: string) =>
    answer(client.POST('/api/v1/servicedesk/intake/callers', { body: { phone, name, institution_id: institution } })),
  preview: (group: string, text: string) =>
    answer<PastePreview>(client.POST('/api/v1/servicedesk/intake/chat/preview', { body: { group_id: group, text } })),
  take: (body: Schemas['PasteTakeIn']) =>
    answer<{ ticket: Ticket | null; fresh: number }>(client.POST('/api/v1/servicedesk/intake/chat', { body })),
}
