// Purpose, emergency openings, delegation: reaching further for a while, with a reason and an end.
import { useMutation, useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed } from 'vue'
import { answer, client } from '../client.ts'
import { staleTimes, useCursorList, type CursorPage } from '../query.ts'
import type { Schemas } from '../types.ts'

export type Purpose = Schemas['PurposeOut']
export type Opening = Schemas['BreakGlassOut']
export type Delegation = Schemas['DelegationOut']
export type Lendable = Schemas['LendableOut']

export function usePurposes() {
  return useQuery({
    queryKey: ['access', 'purposes'],
    queryFn: ({ signal }) => answer<Schemas['PurposesOut']>(client.GET('/api/v1/access/purposes', { signal })),
    staleTime: staleTimes.dictionary,
  })
}

export const statePurpose = (body: Schemas['PurposeStated']) =>
  answer<Purpose>(client.POST('/api/v1/access/purpose', { body }))

export const endPurpose = () => answer<void>(client.POST('/api/v1/access/purpose/end'))

const ownKey = ['access', 'break-glass', 'mine']

/** Open one person's record in an emergency, for looking, for four hours. */
export const breakGlass = (personId: string, reason: string) =>
  answer<Opening>(client.POST('/api/v1/access/break-glass', { body: { person_id: personId, reason } }))

export function useOwnOpenings(enabled: () => boolean) {
  return useQuery({
    queryKey: ownKey,
    queryFn: ({ signal }) => answer<Opening[]>(client.GET('/api/v1/access/break-glass/mine', { signal })),
    enabled,
    refetchInterval: 60_000,
  })
}

export function useOpeningEnd() {
  const cache = useQueryClient()
  return useMutation({
    mutationFn: (id: string) =>
      answer<void>(
        client.POST('/api/v1/access/break-glass/{opening_id}/end', { params: { path: { opening_id: id } } }),
      ),
    onSettled: () => cache.resetQueries(),
  })
}

export function useOpenings(pending: () => boolean) {
  return useCursorList<Opening>(
    () => ['access', 'break-glass', 'review', pending()],
    (cursor, signal) =>
      answer<CursorPage<Opening>>(
        client.GET('/api/v1/access/break-glass', { params: { query: { pending: pending(), cursor } }, signal }),
      ),
  )
}

export function useVerdict() {
  const cache = useQueryClient()
  return useMutation({
    mutationFn: ({ id, ...body }: Schemas['Verdict'] & { id: string }) =>
      answer<Opening>(
        client.POST('/api/v1/access/break-glass/{opening_id}/review', { params: { path: { opening_id: id } }, body }),
      ),
    onSettled: () => cache.invalidateQueries({ queryKey: ['access', 'break-glass'] }),
  })
}

/** Who can grant a right here, and which roles hold it. */
export function useGrantors(right: () => string) {
  return useQuery({
    queryKey: computed(() => ['access', 'grantors', right()]),
    queryFn: ({ signal }) =>
      answer<Schemas['GrantorsOut']>(
        client.GET('/api/v1/access/grantors', { params: { query: { right: right() } }, signal }),
      ),
    staleTime: staleTimes.dictionary,
  })
}

const lentKey = ['access', 'delegations']

export function useDelegations() {
  return useQuery({
    queryKey: lentKey,
    queryFn: ({ signal }) => answer<Delegation[]>(client.GET('/api/v1/access/delegations', { signal })),
  })
}

export function useLendable() {
  return useQuery({
    queryKey: [...lentKey, 'lendable'],
    queryFn: ({ signal }) => answer<Lendable[]>(client.GET('/api/v1/access/delegations/lendable', { signal })),
  })
}

export function useDelegate() {
  const cache = useQueryClient()
  return useMutation({
    mutationFn: (body: Schemas['DelegationAsked']) =>
      answer<Delegation>(client.POST('/api/v1/access/delegations', { body })),
    onSuccess: () => cache.invalidateQueries({ queryKey: lentKey }),
  })
}

export function useDelegationEnd() {
  const cache = useQueryClient()
  return useMutation({
    mutationFn: (id: string) =>
      answer<void>(client.POST('/api/v1/access/delegations/{grant_id}/end', { params: { path: { grant_id: id } } })),
    onSettled: () => cache.invalidateQueries({ queryKey: lentKey }),
  })
}
