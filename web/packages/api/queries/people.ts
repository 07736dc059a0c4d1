// Duplicates and merges, family links, consents, closing and moving of people, for staff.
import { useMutation, useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed } from 'vue'
import { answer, apiUrl, client } from '../client.ts'
import { useCursorList, type CursorPage } from '../query.ts'
import type {
  Comparison,
  ConsentAsked,
  Consents,
  FamilyLinkAsked,
  Merge,
  MergeAsked,
  HouseholdJoinAsked,
  MergePage,
  Pair,
  PairColleague,
  PersonCloseAsked,
  PersonFamily,
  PersonHistory,
  RegisterMoveAsked,
} from '../people-types.ts'
import type { ResidentPage } from '../types.ts'

export interface PairQuery {
  state: '' | 'open' | 'later' | 'not_same' | 'merged' | 'faded'
  band: '' | 'certain' | 'likely' | 'possible'
  mine: boolean
}

export function usePairs(query: () => PairQuery) {
  return useCursorList<Pair>(
    () => ['residents', 'pairs', query()],
    (cursor, signal) =>
      answer<CursorPage<Pair>>(
        client.GET('/api/v1/residents/duplicates', { params: { query: { ...query(), cursor } }, signal }),
      ),
  )
}

export function useComparison(id: () => string) {
  return useQuery({
    queryKey: computed(() => ['residents', 'pair', id()]),
    queryFn: ({ signal }) =>
      answer<Comparison>(
        client.GET('/api/v1/residents/duplicates/{pair_id}', { params: { path: { pair_id: id() } }, signal }),
      ),
    enabled: () => id() !== '',
  })
}

const pairPath = (id: string) => ({ params: { path: { pair_id: id } } })

/** What may be decided about a pair beside merging. */
export const pairActs = {
  propose: (first: string, second: string) =>
    answer<Pair>(client.POST('/api/v1/residents/duplicates', { body: { first, second } })),
  notSame: (id: string, reason: string) =>
    answer<Pair>(client.POST('/api/v1/residents/duplicates/{pair_id}/not-same', { ...pairPath(id), body: { reason } })),
  later: (id: string, until: string, reason: string) =>
    answer<Pair>(
      client.POST('/api/v1/residents/duplicates/{pair_id}/later', {
        ...pairPath(id),
        body: { until: until || null, reason },
      }),
    ),
  again: (id: string, reason: string) =>
    answer<Pair>(client.POST('/api/v1/residents/duplicates/{pair_id}/again', { ...pairPath(id), body: { reason } })),
  takeMyself: (id: string) =>
    answer<Pair>(client.POST('/api/v1/residents/duplicates/{pair_id}/assign', { ...pairPath(id), body: { me: true } })),
  giveTo: (id: string, account: string | null) =>
    answer<Pair>(
      client.POST('/api/v1/residents/duplicates/{pair_id}/assign', { ...pairPath(id), body: { account, me: false } }),
    ),
  colleagues: (id: string) =>
    answer<PairColleague[]>(client.GET('/api/v1/residents/duplicates/{pair_id}/colleagues', pairPath(id))),
  scan: () => answer<{ job: string }>(client.POST('/api/v1/residents/duplicates/scan')),
}

export function mergePeople(body: MergeAsked) {
  return answer<Merge>(client.POST('/api/v1/residents/merges', { body }))
}

export function readMerge(id: string) {
  return answer<MergePage>(client.GET('/api/v1/residents/merges/{merge_id}', { params: { path: { merge_id: id } } }))
}

export function undoMerge(id: string, reason: string, give: Array<{ column: string; key: string }>) {
  return answer<Merge>(
    client.POST('/api/v1/residents/merges/{merge_id}/undo', {
      params: { path: { merge_id: id } },
      body: { reason, give },
    }),
  )
}

const personPath = (id: string) => ({ params: { path: { resident_id: id } } })

export function useFamily(id: () => string) {
  return useQuery({
    queryKey: computed(() => ['residents', 'family', id()]),
    queryFn: ({ signal }) =>
      answer<PersonFamily>(
        client.GET('/api/v1/residents/people/{resident_id}/family', { ...personPath(id()), signal }),
      ),
  })
}

export function useConsents(id: () => string) {
  return useQuery({
    queryKey: computed(() => ['residents', 'consents', id()]),
    queryFn: ({ signal }) =>
      answer<Consents>(client.GET('/api/v1/residents/people/{resident_id}/consents', { ...personPath(id()), signal })),
  })
}

export function usePersonHistory(id: () => string) {
  return useQuery({
    queryKey: computed(() => ['residents', 'history', id()]),
    queryFn: ({ signal }) =>
      answer<PersonHistory>(
        client.GET('/api/v1/residents/people/{resident_id}/history', { ...personPath(id()), signal }),
      ),
  })
}

/** Everything that changes a person beyond her plain fields; afterwards whatever shows people is read anew. */
export function usePersonActs() {
  const cache = useQueryClient()
  const acts = {
    link: ({ id, body }: { id: string; body: FamilyLinkAsked }) =>
      answer<unknown>(client.POST('/api/v1/residents/people/{resident_id}/family', { ...personPath(id), body })),
    endLink: ({ id, reason }: { id: string; reason: string }) =>
      answer<unknown>(
        client.POST('/api/v1/residents/family/{link_id}/end', { params: { path: { link_id: id } }, body: { reason } }),
      ),
    consent: ({ id, body }: { id: string; body: ConsentAsked }) =>
      answer<unknown>(client.POST('/api/v1/residents/people/{resident_id}/consents', { ...personPath(id), body })),
    close: ({ id, body }: { id: string; body: PersonCloseAsked }) =>
      answer<ResidentPage>(client.POST('/api/v1/residents/people/{resident_id}/close', { ...personPath(id), body })),
    reopen: ({ id, reason }: { id: string; reason: string }) =>
      answer<ResidentPage>(
        client.POST('/api/v1/residents/people/{resident_id}/reopen', { ...personPath(id), body: { reason } }),
      ),
    move: ({ id, body }: { id: string; body: RegisterMoveAsked }) =>
      answer<ResidentPage>(client.POST('/api/v1/residents/people/{resident_id}/move', { ...personPath(id), body })),
  }
  const refresh = () => cache.invalidateQueries({ queryKey: ['residents'] })
  const ended = { onSuccess: refresh }
  return {
    refresh,
    link: useMutation({ mutationFn: acts.link, ...ended }),
    endLink: useMutation({ mutationFn: acts.endLink, ...ended }),
    consent: useMutation({ mutationFn: acts.consent, ...ended }),
    close: useMutation({ mutationFn: acts.close, ...ended }),
    reopen: useMutation({ mutationFn: acts.reopen, ...ended }),
    move: useMutation({ mutationFn: acts.move, ...ended }),
  }
}

/** Into a household and out of it. */
export function useHousehold() {
  const cache = useQueryClient()
  const ended = { onSuccess: () => cache.invalidateQueries({ queryKey: ['residents', 'family'] }) }
  const join = ({ id, body }: { id: string; body: HouseholdJoinAsked }) =>
    answer<PersonFamily>(client.POST('/api/v1/residents/people/{resident_id}/household', { ...personPath(id), body }))
  const leave = ({ id, until }: { id: string; until: string }) =>
    answer<PersonFamily>(
      client.POST('/api/v1/residents/people/{resident_id}/household/leave', { ...personPath(id), body: { until } }),
    )
  return { join: useMutation({ mutationFn: join, ...ended }), leave: useMutation({ mutationFn: leave, ...ended }) }
}

export const proofUrl = (link: string) => apiUrl(`/residents/family/${link}/proof`, { client: 'desk' })
export const evidenceUrl = (decision: string) => apiUrl(`/residents/consents/${decision}/evidence`, { client: 'desk' })
