// From the state of a query to what TmState shows: old data stays on screen when a refresh fails.
import type { ProblemView } from './problem.ts'
import { formatInstant } from './format.ts'

export type ViewState =
  | { kind: 'ready' }
  | { kind: 'loading' }
  | { kind: 'empty'; why?: string; action?: string }
  | { kind: 'partial'; note?: string; problem?: ProblemView }
  | { kind: 'error'; problem: ProblemView }
  | { kind: 'stale'; since: string; note?: string }

export interface ListView {
  loading: boolean
  problem: ProblemView | null
  isEmpty: boolean
  /** When the data on screen was read, milliseconds since the epoch. */
  readAtMs?: number
  why?: string
  action?: string
}

const noLonger: readonly number[] = [403, 404, 410]

/**
 * Choose the state: loading only without data, error without data, stale when a refresh failed over old data.
 * What the person may no longer see is not shown as old data.
 */
export function viewOf({ loading, problem, isEmpty, readAtMs = 0, why, action }: ListView): ViewState {
  if (loading) return { kind: 'loading' }
  if (problem && (readAtMs === 0 || noLonger.includes(problem.status))) return { kind: 'error', problem }
  if (problem) return { kind: 'stale', since: formatInstant(readAtMs, true) }
  if (!isEmpty) return { kind: 'ready' }
  const empty: ViewState = { kind: 'empty' }
  if (why) empty.why = why
  if (action) empty.action = action
  return empty
}
