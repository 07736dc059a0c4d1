// What a token is at a moment: valid, soon over (30 days), over, revoked.
export type TokenState = { key: 'live' | 'over' | 'revoked' } | { key: 'soon'; days: number }

const warnDays = 30
const dayMs = 86_400_000

export function tokenState(token: { expires_at: string; revoked_at: string | null }, nowMs: number): TokenState {
  if (token.revoked_at !== null) return { key: 'revoked' }
  const leftMs = Date.parse(token.expires_at) - nowMs
  if (leftMs <= 0) return { key: 'over' }
  return leftMs <= warnDays * dayMs ? { key: 'soon', days: Math.ceil(leftMs / dayMs) } : { key: 'live' }
}
