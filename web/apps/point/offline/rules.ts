// What becomes of an examination in the queue after an answer: pure rules, no clock of their own.

/** `dropped`: taken out by somebody with a reason; its bytes are gone, the line stays for a week. */
export type ItemState = 'waiting' | 'sending' | 'sent' | 'failed' | 'dropped'
export type Outcome = 'sent' | 'later' | 'sign_in' | 'failed'

const retrySeconds = [5, 15, 60, 300] as const
const passing = new Set([0, 408, 425, 429, 500, 502, 503, 504])
const signInCodes = new Set(['access.password_change_needed', 'access.client_mismatch'])

/** What a refusal means: try later, sign in first, or a person must look. */
export function outcomeOf(status: number, code: string | undefined): Outcome {
  if (status >= 200 && status < 300) return 'sent'
  if (passing.has(status)) return 'later'
  if (status === 401 || status === 423 || signInCodes.has(code ?? '')) return 'sign_in'
  return 'failed'
}

/** When to try again after so many failures in a row. */
export function nextTryMs(nowMs: number, tries: number): number {
  return nowMs + 1000 * (retrySeconds[Math.min(Math.max(tries, 1), retrySeconds.length) - 1] ?? 300)
}

export interface Room {
  usedBytes: number
  quotaBytes: number
}

export type RoomLeft = 'enough' | 'little' | 'none'

/** How much room is left: a warning from 80 % on, a refusal when the next one would not fit twice. */
export function roomLeft(room: Room | null, nextBytes: number): RoomLeft {
  if (!room || room.quotaBytes <= 0) return 'enough'
  const free = room.quotaBytes - room.usedBytes
  if (free < 2 * nextBytes) return 'none'
  return room.usedBytes >= 0.8 * room.quotaBytes || free < 20 * nextBytes ? 'little' : 'enough'
}

/** At most so many unsent: more than a busy day of one station. */
export const MOST_UNSENT = 400
export const WARN_UNSENT = 300
/** How long the line of a finished one stays. */
export const KEPT_SENT_MS = 7 * 86_400_000

export interface Due {
  state: ItemState
  createdAtMs: number
  nextAtMs: number
}

/** The items to send now, oldest first; one that waits for its time does not hold up the others. */
export function dueItems<T extends Due>(items: readonly T[], nowMs: number, all = false): T[] {
  return items
    .filter((item) => item.state === 'waiting' && (all || item.nextAtMs <= nowMs))
    .sort((one, other) => one.createdAtMs - other.createdAtMs)
}
