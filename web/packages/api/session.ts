// The gate that holds calls back while the person signs in again over the page; then they go on by themselves.
import { shallowReactive } from 'vue'

export type SessionNeed = 'again' | 'unlock'

interface Gate {
  need: SessionNeed | null
}

/** What the app shows over the page: nothing, sign-in again, or unlock. */
export const sessionGate: Gate = shallowReactive({ need: null })

let waiting: Array<{ go: () => void; stop: (error: Error) => void }> = []

/** Ask for a session and wait until there is one. */
export function waitForSession(need: SessionNeed): Promise<void> {
  sessionGate.need = need
  return new Promise((go, stop) => waiting.push({ go, stop }))
}

/** Lock the page now (idle, or by the person); nothing has been called. */
export function requireUnlock(): void {
  sessionGate.need = 'unlock'
}

/** The session is there again: every held call goes on. */
export function sessionRestored(): void {
  sessionGate.need = null
  const held = waiting
  waiting = []
  for (const call of held) call.go()
}

/** The person left: every held call fails. */
export function sessionAbandoned(error: Error): void {
  sessionGate.need = null
  const held = waiting
  waiting = []
  for (const call of held) call.stop(error)
}
