// Duty: who is on, rosters by month, attendance.
import { useMutation, useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed } from 'vue'
import { answer, client, ifMatch } from '../client.ts'
import type { CursorPage } from '../query.ts'
import type {
  AttendanceDay,
  Breach,
  CheckCall,
  DutyCandidate,
  DutyMemberDraft,
  DutyShare,
  Leave,
  Roster,
  RosterMonth,
  Shift,
  ShiftDraft,
  Swap,
  TeamMember,
} from '../service-types.ts'

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

const whole = { limit: 200 }

export function useCandidates(on: () => boolean) {
  return useQuery({
    queryKey: ['duty', 'candidates'],
    queryFn: ({ signal }) =>
      answer<DutyCandidate[]>(client.GET('/api/v1/duty/candidates', { params: { query: {} }, signal })),
    enabled: on,
  })
}

export function useSwaps() {
  return useQuery({
    queryKey: ['duty', 'swaps'],
    queryFn: ({ signal }) =>
      answer<CursorPage<Swap>>(client.GET('/api/v1/duty/swaps', { params: { query: whole }, signal })),
  })
}

/** The shifts of the published months from this one on. */
export function useComingShifts() {
  return useQuery({
    queryKey: ['duty', 'coming'],
    queryFn: async ({ signal }) => {
      const listed = await answer<CursorPage<Roster>>(
        client.GET('/api/v1/duty/rosters', { params: { query: { limit: 6 } }, signal }),
      )
      const published = listed.items.filter((one) => one.state === 'published').slice(0, 2)
      const months = await Promise.all(
        published.map((one) =>
          answer<RosterMonth>(
            client.GET('/api/v1/duty/rosters/{roster_id}', { params: { path: { roster_id: one.id } }, signal }),
          ),
        ),
      )
      return months.flatMap((one) => one.all_shifts).sort((a, b) => a.starts_at.localeCompare(b.starts_at))
    },
  })
}

export function useLeaves() {
  return useQuery({
    queryKey: ['duty', 'leaves'],
    queryFn: ({ signal }) =>
      answer<CursorPage<Leave>>(client.GET('/api/v1/duty/leaves', { params: { query: whole }, signal })),
  })
}

export function useAttendance(month: () => { year: number; month: number }) {
  return useQuery({
    queryKey: computed(() => ['duty', 'attendance', month()]),
    queryFn: ({ signal }) =>
      answer<AttendanceDay[]>(client.GET('/api/v1/duty/attendance', { params: { query: month() }, signal })),
  })
}

export function useCheckCalls() {
  return useQuery({
    queryKey: ['duty', 'calls'],
    queryFn: ({ signal }) =>
      answer<CursorPage<CheckCall>>(client.GET('/api/v1/duty/calls', { params: { query: whole }, signal })),
    refetchInterval: 60_000,
  })
}

export function useShares(period: () => { since: string; until: string }) {
  return useQuery({
    queryKey: computed(() => ['duty', 'shares', period()]),
    queryFn: ({ signal }) =>
      answer<DutyShare[]>(client.GET('/api/v1/duty/shares', { params: { query: period() }, signal })),
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
  propose: (id: string, version: number) =>
    answer<RosterMonth>(
      client.POST('/api/v1/duty/rosters/{roster_id}/propose', { ...of(id), headers: ifMatch(version) }),
    ),
  sign: (sign: 'in' | 'out', place = '') => answer(client.POST('/api/v1/duty/signs', { body: { sign, place } })),
  enterSign: (member: string, sign: 'in' | 'out', at: string, reason: string) =>
    answer(client.POST('/api/v1/duty/signs/entered', { body: { member_id: member, sign, at, reason } })),
  leave: (starts: string, ends: string, reason: string) =>
    answer<Leave>(client.POST('/api/v1/duty/leaves', { body: { starts_at: starts, ends_at: ends, reason } })),
  receiveLeave: (id: string) =>
    answer<Leave>(client.POST('/api/v1/duty/leaves/{leave_id}/receive', { params: { path: { leave_id: id } } })),
  askSwap: (shift: string, other: string, inReturn: string | null, reason: string) =>
    answer<Swap>(
      client.POST('/api/v1/duty/swaps', {
        body: { shift_id: shift, other_id: other, in_return_id: inReturn, reason },
      }),
    ),
  answerSwap: (id: string, accept: boolean, text: string) =>
    answer<Swap>(
      client.POST('/api/v1/duty/swaps/{swap_id}/answer', {
        params: { path: { swap_id: id } },
        body: { accept, answer: text },
      }),
    ),
  withdrawSwap: (id: string) =>
    answer<Swap>(client.POST('/api/v1/duty/swaps/{swap_id}/withdraw', { params: { path: { swap_id: id } } })),
  settleSwap: (id: string) =>
    answer<Swap>(client.POST('/api/v1/duty/swaps/{swap_id}/settle', { params: { path: { swap_id: id } } })),
  member: (account: string, body: DutyMemberDraft) =>
    answer<TeamMember>(
      client.PUT('/api/v1/duty/team/{account_id}', { params: { path: { account_id: account } }, body }),
    ),
  feed: () => answer<{ path: string }>(client.POST('/api/v1/duty/feed')),
  call: (shift: string) => answer<CheckCall>(client.POST('/api/v1/duty/calls', { body: { shift_id: shift } })),
  answerCall: (id: string, note: string) =>
    answer<CheckCall>(
      client.POST('/api/v1/duty/calls/{call_id}/answer', { params: { path: { call_id: id } }, body: { note } }),
    ),
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
