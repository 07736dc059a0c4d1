// Sign-in, the signed-in person and her preferences, accounts.
import { useMutation, useQuery, useQueryClient } from '@tanstack/vue-query'
import { api } from '../client.ts'
import { useCursorList } from '../query.ts'
import type { Account, Me } from '../types.ts'

export const signIn = (credentials: { login: string; password: string }) =>
  api.post<Me>('/access/sign-in', { body: credentials, quiet: true })

export const signOut = () => api.post<void>('/access/sign-out', { quiet: true })
export const lockSession = () => api.post<void>('/access/lock', { quiet: true })
export const unlockSession = (password: string) => api.post<Me>('/access/unlock', { body: { password }, quiet: true })
export const readMe = () => api.get<Me>('/access/me', { quiet: true })

export function savePreferences(change: { locale?: string; preferences?: Record<string, unknown> }): Promise<Me> {
  return api.patch<Me>('/access/me', { body: change })
}

export function useMe(enabled: () => boolean = () => true) {
  return useQuery({ queryKey: ['access', 'me'], queryFn: readMe, enabled, staleTime: 60_000, retry: false })
}

export function usePreferences() {
  const cache = useQueryClient()
  return useMutation({ mutationFn: savePreferences, onSuccess: (me) => cache.setQueryData(['access', 'me'], me) })
}

export function useAccounts(search: () => string) {
  return useCursorList<Account>(['access', 'accounts'], '/access/accounts', () => ({ search: search() }))
}
