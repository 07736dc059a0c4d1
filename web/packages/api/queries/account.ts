// One's own account: password, second factor, and the places where one is signed in.
import { useMutation, useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed } from 'vue'
import { answer, client, quiet } from '../client.ts'
import type { Schemas } from '../types.ts'

export type Enrolment = Schemas['EnrolmentOut']
export type OpenSession = Schemas['OpenSession']

const sessionsKey = ['access', 'sessions']

/** A wrong present password is 401 too: the form shows it, nobody is asked to sign in. */
export const changePassword = (change: Schemas['PasswordChange']) =>
  answer<void>(client.POST('/api/v1/access/me/password', { body: change, fetch: quiet }))

export const beginSecondFactor = () => answer<Enrolment>(client.POST('/api/v1/access/second-factor'))

export const confirmSecondFactor = (code: string) =>
  answer<Schemas['RecoveryCodes']>(client.POST('/api/v1/access/second-factor/confirm', { body: { code } }))

export const removeSecondFactor = (password: string) =>
  answer<void>(client.POST('/api/v1/access/second-factor/remove', { body: { password }, fetch: quiet }))

/** One's own sessions, or those of an account that one manages. */
export function useSessions(accountId: () => string = () => '') {
  return useQuery({
    queryKey: computed(() => [...sessionsKey, accountId()]),
    queryFn: ({ signal }) =>
      answer<OpenSession[]>(
        client.GET('/api/v1/access/sessions', { params: { query: { account_id: accountId() || null } }, signal }),
      ),
  })
}

export function useSessionEnd() {
  const cache = useQueryClient()
  return useMutation({
    mutationFn: (id: string) =>
      answer<void>(
        client.POST('/api/v1/access/sessions/{session_id}/revoke', { params: { path: { session_id: id } } }),
      ),
    onSettled: () => cache.invalidateQueries({ queryKey: sessionsKey }),
  })
}
