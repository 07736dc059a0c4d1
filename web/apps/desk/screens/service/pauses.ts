// The waits of a ticket, read from its log.

export interface Wait {
  from: string
  to: string | null
  waitFor: string
  reason: string
  seconds: number
  /** Only waiting for material of party A stops a clock. */
  stopsClock: boolean
}

interface Entry {
  at: string
  kind: string
  reason: string
  facts: Record<string, unknown>
}

const ends = new Set(['resumed', 'resolved', 'rejected', 'merged', 'closed'])

export function pausesOf(log: readonly Entry[]): Wait[] {
  const found: Wait[] = []
  for (const one of log) {
    const last = found.at(-1)
    if (last && last.to === null && (ends.has(one.kind) || one.kind === 'waiting')) {
      last.to = one.at
      last.seconds = (Date.parse(one.at) - Date.parse(last.from)) / 1000
    }
    if (one.kind !== 'waiting') continue
    const waitFor = typeof one.facts['for'] === 'string' ? one.facts['for'] : ''
    found.push({
      from: one.at,
      to: null,
      waitFor,
      reason: one.reason,
      seconds: 0,
      stopsClock: waitFor === 'party_a_material',
    })
  }
  return found
}
