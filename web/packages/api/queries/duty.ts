// Duty: who is on, rosters by month, attendance.
import { useMutation, useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed } from 'vue'
import { answer, client, ifMatch } from '../client.ts'
import type { CursorPage } from '../query.ts'
import type { Breach, Roster, RosterMonth, Shift, ShiftDraft, TeamMember } from '../service-types.ts'

export function useOnDuty() {
  return useQuery({
    queryKey: ['duty', 'now'],
    queryFn: ({ signal }) => answer<Shift[]>(client.GET('/api/v1/duty/now', { signal })),
    refetchInterval: 60_000,
  })
}

export function useTeam() {
  return useQuery({
    queryKey: ['duty', 'team'],
    queryFn: ({ signal }) =>
      answer<CursorPage<TeamMember>>(client.GET('/api/v1/duty/team', { params: { query: { limit: 200 } }, signal })),
  })
}

export function useRosters() {
  return useQuery({
    queryKey: ['duty', 'rosters'],
    queryFn: ({ signal }) =>
      answer<CursorPage<Roster>>(client.GET('/api/v1/duty/rosters', { params: { query: {} }, signal })),
  })
}

export function useRoster(id: () => string) {
  return useQuery({
    queryKey: computed(() => ['duty', 'roster', id()]),
    queryFn: ({ signal }) =>
      answer<RosterMonth>(
        client.GET('/api/v1/duty/rosters/{roster_id}', { params: { path: { roster_id: id() } }, signal }),
      ),
    enabled: () => id() !== '',
  })
}

export function useBreaches() {
  return useQuery({
    queryKey: ['duty', 'findings'],
    queryFn: ({ signal }) =>
      answer<CursorPage<Breach>>(client.GET('/api/v1/duty/findings', { params: { query: { open: true } }, signal })),
  })
}

const of = (id: string) => ({ params: { path: { roster_id: id } } })

/** What may be done from the duty page. */
export const dutyActs = {
  open: (year: number, month: number) =>
    answer<RosterMonth>(client.POST('/api/v1/duty/rosters', { body: { year, month, proposed: true } })),
  save: (id: string, shifts: ShiftDraft[], version: number) =>
    answer<RosterMonth>(
      client.PUT('/api/v1/duty/rosters/{roster_id}/shifts', {
        ...of(id),
        body: { shifts },
        headers: ifMatch(version),
      }),
    ),
  publish: (id: string, version: number) =>
    answer<RosterMonth>(
      client.POST('/api/v1/duty/rosters/{roster_id}/publish', { ...of(id), headers: ifMatch(version) }),
    ),
  acknowledge: (id: string) => answer<RosterMonth>(client.POST('/api/v1/duty/rosters/{roster_id}/acknowledge', of(id))),
  sign: (sign: 'in' | 'out') => answer(client.POST('/api/v1/duty/signs', { body: { sign, place: '' } })),
  decide: (id: string, confirmed: boolean, reason: string, amount: string | null) =>
    answer(
      client.POST('/api/v1/duty/findings/{finding_id}/decide', {
        params: { path: { finding_id: id } },
        body: { confirmed, reason, amount_yuan: amount },
      }),
    ),
  hear: (id: string, statement: string) =>
    answer(
      client.POST('/api/v1/duty/findings/{finding_id}/hear', {
        params: { path: { finding_id: id } },
        body: { statement },
      }),
    ),
}

/** Run an act, then read everything of duty again. */
export function useDutyAct() {
  const cache = useQueryClient()
  return useMutation({
    mutationFn: (act: () => Promise<unknown>) => act(),
    onSettled: () => cache.invalidateQueries({ queryKey: ['duty'] }),
  })
}
