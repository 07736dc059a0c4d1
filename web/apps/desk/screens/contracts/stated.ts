// A line of a statement, and the ledger's line that is still the same.
import type { ContractLine } from '@tianmu/api'

export interface Stated {
  event: string
  rule: string
  clause: string
  obligation: string
  at: string | null
  assessed: string
  payable: string | null
  note: string
  because: string[]
  readings: string[]
  source: string
  title?: string
  decision: string
  evidence: { name: string; note: string }[]
  fact: { number: number; sha256: string }
}

/** The line of today's ledger with the same event, rule, instant and amounts; none when it changed since the signing. */
export function unchanged(one: Stated, lines: readonly ContractLine[]): ContractLine | undefined {
  return lines.find(
    (line) =>
      line.event === one.event &&
      line.rule === one.rule &&
      line.assessed === one.assessed &&
      line.payable === one.payable &&
      (line.at === null ? one.at === null : Date.parse(line.at) === Date.parse(one.at ?? '')),
  )
}
