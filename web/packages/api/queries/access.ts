// Sign-in, the signed-in person and her preferences, accounts.
import { answer, client, quiet } from '../client.ts'
import type { Locale, Me } from '../types.ts'

export interface Credentials {
  login: string
  password: string
  /** Six digits of the second factor, or a recovery code; sent when the server asked for it. */
  code?: string
}

export const signIn = (credentials: Credentials) =>
  answer<Me>(client.POST('/api/v1/access/sign-in', { body: credentials, fetch: quiet }))

export const signOut = () => answer<void>(client.POST('/api/v1/access/sign-out', { fetch: quiet }))
export const lockSession = () => answer<void>(client.POST('/api/v1/access/lock', { fetch: quiet }))
export const unlockSession = (password: string) =>
  answer<Me>(client.POST('/api/v1/access/unlock', { body: { password }, fetch: quiet }))
export const readMe = () => answer<Me>(client.GET('/api/v1/access/me', { fetch: quiet }))

export const savePreferences = (change: { locale?: Locale; preferences?: Record<string, unknown> }) =>
  answer<Me>(client.PATCH('/api/v1/access/me', { body: change }))
