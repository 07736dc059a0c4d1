// Rows of the list of versions, and how values of a rule are written.
import type { RuleSet, RuleVersion } from '@tianmu/api/queries/rulesets.ts'

export interface VersionRow {
  id: string
  set: RuleSet
  version: RuleVersion
}

export type VersionState = 'inForce' | 'later' | 'earlier'

/** One row for each version, of the sets whose name or key holds the words. */
export function rowsOf(sets: readonly RuleSet[], words: string): VersionRow[] {
  const asked = words.trim().toLowerCase()
  return sets
    .filter((set) => `${set.key} ${set.name}`.toLowerCase().includes(asked))
    .flatMap((set) =>
      set.versions.map((version) => ({
        id: `${set.key} ${version.version} ${version.unit_id ?? ''}`,
        set,
        version,
      })),
    )
}

/** Whether a version holds today (a day as text), will hold, or was replaced or has ended. */
export function stateOf(version: RuleVersion, today: string): VersionState {
  if (version.in_force) return 'inForce'
  return version.effective_from > today ? 'later' : 'earlier'
}

/** The version before the chosen one, of the same institution where it has one, else the next in the list. */
export function beforeOf(set: RuleSet, version: RuleVersion): RuleVersion | null {
  const others = set.versions.filter((one) => one !== version && one.effective_from <= version.effective_from)
  return others.find((one) => one.unit_id === version.unit_id) ?? others[0] ?? null
}

/** A value as a person reads it: texts bare, everything else as JSON. */
export function valueText(value: unknown, absent: string): string {
  if (value === null || value === undefined) return absent
  return typeof value === 'string' ? value : JSON.stringify(value)
}
