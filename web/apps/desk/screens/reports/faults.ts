// What is wrong with a definition, by place, in words.
import { ApiProblem } from '@tianmu/api'
import { t } from '../../text/reports.ts'

interface Fault {
  place: string
  reason: string
  found: string
  at: number | null
}

const isFault = (value: unknown): value is Fault =>
  typeof value === 'object' && value !== null && 'place' in value && 'reason' in value

export function faultText(reason: string, found: string, at: number | null): string {
  if (reason.startsWith('right:')) return t.design.needsRight(reason.slice(6))
  const what = t.faults[reason] ?? reason
  return at === null ? what : t.faultAt(what, found, at + 1)
}

/** The faults a refused definition has, by place such as `measures.0.field`. */
export function faultsOf(error: unknown): Record<string, string> {
  if (!(error instanceof ApiProblem)) return {}
  const told = error.extra['faults']
  if (Array.isArray(told)) {
    return Object.fromEntries(told.filter(isFault).map((one) => [one.place, faultText(one.reason, one.found, one.at)]))
  }
  const fields = error.code === 'reports.parameter_invalid' ? (error.fieldErrors ?? {}) : {}
  return Object.fromEntries(Object.entries(fields).map(([place, reason]) => [place, faultText(reason, '', null)]))
}

/** The first fault at a place or below it. */
export function faultAt(faults: Record<string, string>, place: string): string {
  return faults[place] ?? Object.entries(faults).find(([key]) => key.startsWith(`${place}.`))?.[1] ?? ''
}
