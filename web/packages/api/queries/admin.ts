// Accounts, roles, tokens: what an administrator looks after.
import { useMutation, useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed } from 'vue'
import { answer, client, quiet } from '../client.ts'
import { staleTimes, useCursorList, type CursorPage } from '../query.ts'
import type { Account, Schemas } from '../types.ts'

export type AccountKind = Schemas['AccountAsked']['kind']
export type AccountDetail = Schemas['AccountDetail']
export type GrantRow = Schemas['GrantOut']
export type TokenRow = Schemas['TokenOut']

const accountsKey = ['access', 'accounts']
const tokensKey = ['access', 'tokens']
const at = (id: string) => ({ path: { account_id: id } })

export function useAccounts(query: () => { search: string; kind: AccountKind }) {
  return useCursorList<Account>(
    () => [...accountsKey, 'list', query()],
    (cursor, signal) =>
      answer<CursorPage<Account>>(
        client.GET('/api/v1/access/accounts', { params: { query: { ...query(), cursor } }, signal }),
      ),
  )
}

export function useAccount(id: () => string) {
  return useQuery({
    queryKey: computed(() => [...accountsKey, 'one', id()]),
    queryFn: ({ signal }) =>
      answer<AccountDetail>(client.GET('/api/v1/access/accounts/{account_id}', { params: at(id()), signal })),
    enabled: () => id() !== '',
  })
}

export function useRoles() {
  return useQuery({
    queryKey: ['access', 'roles'],
    queryFn: ({ signal }) => answer<Schemas['RoleOut'][]>(client.GET('/api/v1/access/roles', { signal })),
    staleTime: staleTimes.dictionary,
  })
}

/** A change of an account; every list and the account itself are read again. */
function useAccountChange<V, R>(change: (variables: V) => Promise<R>) {
  const cache = useQueryClient()
  return useMutation({
    mutationFn: change,
    onSettled: () => cache.invalidateQueries({ queryKey: accountsKey }),
  })
}

export const useAccountMade = () =>
  useAccountChange((body: Schemas['AccountAsked']) =>
    answer<AccountDetail>(client.POST('/api/v1/access/accounts', { body })),
  )

export const useAccountChanged = () =>
  useAccountChange(({ id, ...body }: Schemas['AccountChanges'] & { id: string }) =>
    answer<AccountDetail>(client.PATCH('/api/v1/access/accounts/{account_id}', { params: at(id), body })),
  )

export const useGrantMade = () =>
  useAccountChange(({ id, ...body }: Schemas['GrantAsked'] & { id: string }) =>
    answer<AccountDetail>(client.POST('/api/v1/access/accounts/{account_id}/grants', { params: at(id), body })),
  )

export const useGrantRevoked = () =>
  useAccountChange(({ id, reason }: { id: string; reason: string }) =>
    answer<void>(
      client.POST('/api/v1/access/grants/{grant_id}/revoke', {
        params: { path: { grant_id: id } },
        body: { reason },
      }),
    ),
  )

export const usePasswordReset = () =>
  useAccountChange(({ id, password }: { id: string; password: string }) =>
    answer<void>(
      client.POST('/api/v1/access/accounts/{account_id}/password', {
        params: at(id),
        body: { new_password: password },
      }),
    ),
  )

/** The administrator's own password confirms; a wrong one is 401 and shown in the form. */
export const useSecondFactorRemoved = () =>
  useAccountChange(({ id, password }: { id: string; password: string }) =>
    answer<void>(
      client.POST('/api/v1/access/accounts/{account_id}/second-factor/remove', {
        params: at(id),
        body: { password },
        fetch: quiet,
      }),
    ),
  )

export function useTokens(accountId: () => string) {
  return useCursorList<TokenRow>(
    () => [...tokensKey, accountId()],
    (cursor, signal) =>
      answer<CursorPage<TokenRow>>(
        client.GET('/api/v1/access/tokens', { params: { query: { account_id: accountId(), cursor } }, signal }),
      ),
  )
}

export function useTokenIssued() {
  const cache = useQueryClient()
  return useMutation({
    mutationFn: (body: Schemas['TokenAsked']) =>
      answer<Schemas['TokenIssued']>(client.POST('/api/v1/access/tokens', { body })),
    onSettled: () => cache.invalidateQueries({ queryKey: tokensKey }),
  })
}

export function useTokenRevoked() {
  const cache = useQueryClient()
  return useMutation({
    mutationFn: (id: string) =>
      answer<void>(client.POST('/api/v1/access/tokens/{token_id}/revoke', { params: { path: { token_id: id } } })),
    onSettled: () => cache.invalidateQueries({ queryKey: tokensKey }),
  })
}
