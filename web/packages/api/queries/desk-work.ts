// Demands and controlled requests: their lists, and what each side does.
import { useQuery } from '@tanstack/vue-query'
import { computed } from 'vue'
import { answer, client } from '../client.ts'
import { useCursorList, type CursorPage } from '../query.ts'
import type { ControlledRow, DemandMove, DemandRow, SealedParts, TicketDetail } from '../service-types.ts'
import type { Schemas } from '../types.ts'

export interface DemandQuery {
  open: boolean
  state: string[]
  complexity: string
  subsystem: string
  late: boolean
  search: string
}

export interface ControlledQuery {
  open: boolean
  state: string[]
  reason: string
  search: string
}

const of = (id: string) => ({ params: { path: { ticket_id: id } } })

export function useDemands(query: () => DemandQuery) {
  return useCursorList<DemandRow>(
    () => ['service', 'demands', query()],
    (cursor, signal) =>
      answer<CursorPage<DemandRow>>(
        client.GET('/api/v1/servicedesk/demands', { params: { query: { ...query(), limit: 100, cursor } }, signal }),
      ),
  )
}

export function useControlledRequests(query: () => ControlledQuery) {
  return useCursorList<ControlledRow>(
    () => ['service', 'controlled', query()],
    (cursor, signal) =>
      answer<CursorPage<ControlledRow>>(
        client.GET('/api/v1/servicedesk/controlled', { params: { query: { ...query(), cursor } }, signal }),
      ),
  )
}

export function useTargets(enabled: () => boolean) {
  return useQuery({
    queryKey: ['service', 'targets'],
    queryFn: ({ signal }) =>
      answer<{ items: string[] }>(client.GET('/api/v1/servicedesk/controlled-targets', { signal })),
    enabled,
  })
}

export function useSealed(id: () => string, enabled: () => boolean) {
  return useQuery({
    queryKey: computed(() => ['service', 'sealed', id()]),
    queryFn: ({ signal }) =>
      answer<SealedParts>(client.GET('/api/v1/servicedesk/controlled/{ticket_id}/sealed', { ...of(id()), signal })),
    enabled,
    gcTime: 0,
  })
}

export const demandActs = {
  write: (body: Schemas['DemandIn']) => answer<TicketDetail>(client.POST('/api/v1/servicedesk/demands', { body })),
  move: (id: string, body: DemandMove) =>
    answer<TicketDetail>(client.POST('/api/v1/servicedesk/demands/{ticket_id}/moves', { ...of(id), body })),
  complexity: (id: string, complexity: string, reason: string) =>
    answer<TicketDetail>(
      client.POST('/api/v1/servicedesk/demands/{ticket_id}/complexity', { ...of(id), body: { complexity, reason } }),
    ),
  plan: (id: string, body: Schemas['PlanIn']) =>
    answer<TicketDetail>(client.POST('/api/v1/servicedesk/demands/{ticket_id}/plan', { ...of(id), body })),
  confirm: (id: string, side: string) =>
    answer<TicketDetail>(
      client.POST('/api/v1/servicedesk/demands/{ticket_id}/plan/confirm', { ...of(id), body: { side } }),
    ),
  node: (id: string, key: string, body: Schemas['NodeStepIn']) =>
    answer<TicketDetail>(
      client.POST('/api/v1/servicedesk/demands/{ticket_id}/nodes/{key}', {
        params: { path: { ticket_id: id, key } },
        body,
      }),
    ),
}

export const controlledActs = {
  ask: (body: Schemas['ControlledIn']) => answer<TicketDetail>(client.POST('/api/v1/servicedesk/controlled', { body })),
  step: (id: string, body: Schemas['ControlledStepIn']) =>
    answer<TicketDetail>(client.POST('/api/v1/servicedesk/controlled/{ticket_id}/steps', { ...of(id), body })),
  prepare: (id: string, body: Schemas['PrepareIn']) =>
    answer<TicketDetail>(client.POST('/api/v1/servicedesk/controlled/{ticket_id}/prepare', { ...of(id), body })),
  execute: (id: string, after: string, note: string) =>
    answer<TicketDetail>(
      client.POST('/api/v1/servicedesk/controlled/{ticket_id}/execute', { ...of(id), body: { after, note } }),
    ),
}
