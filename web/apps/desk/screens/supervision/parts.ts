// From the parts of a split to what charts, tables and drills show.
import type { Asked, Drilled, FigurePart } from '@tianmu/api/queries/supervision.ts'
import { formatNumber, notRecorded } from '@tianmu/ui'
import { dayOf } from '../ecg/quality/period.ts'
import { t } from '../../text/supervision.ts'

export const times: readonly string[] = ['day', 'week', 'month', 'quarter', 'year']
const dayMs = 86_400_000

function wordOf(words: Readonly<Record<string, string>>, key: string): string {
  return key === '' ? t.one.unknown : (words[key] ?? key)
}

/** What a part is called on the screen. */
export function labelOf(by: string, key: string, name: string | null): string {
  switch (by) {
    case 'week':
      return `${key} +7`
    case 'month':
      return key.slice(0, 7)
    case 'quarter':
      return `${key.slice(0, 4)} Q${Math.ceil(Number(key.slice(5, 7)) / 3)}`
    case 'year':
      return key.slice(0, 4)
    case 'hour':
      return `${key}:00`
    case 'weekday':
      return t.weekdays[Number(key) - 1] ?? key
    case 'kind':
      return wordOf(t.kinds, key)
    case 'urgency':
      return wordOf(t.urgencies, key)
    case 'sex':
      return wordOf(t.sexes, key)
    case 'disease':
      return wordOf(t.diseases, key)
    default:
      return name ?? wordOf({}, key)
  }
}

/** The instants of a part of time, cut to the whole period. */
function span(by: string, key: string, whole: Asked): { since: string; until: string } {
  const [year = 0, month = 1] = key.split('-').map(Number)
  const after = (months: number) => {
    const next = year * 12 + month - 1 + months
    return `${Math.floor(next / 12)}-${String((next % 12) + 1).padStart(2, '0')}-01`
  }
  const ends: Record<string, string> = {
    day: dayOf(Date.parse(`${key}T12:00:00+08:00`) + dayMs),
    week: dayOf(Date.parse(`${key}T12:00:00+08:00`) + 7 * dayMs),
    month: after(1),
    quarter: after(3),
    year: after(12),
  }
  const since = `${key}T00:00:00+08:00`
  const until = `${ends[by] ?? key}T00:00:00+08:00`
  return {
    since: Date.parse(since) > Date.parse(whole.since) ? since : whole.since,
    until: Date.parse(until) < Date.parse(whole.until) ? until : whole.until,
  }
}

/** What asks for the rows of one part; null where no filter leads to it. */
export function drillOf(asked: Asked, by: string, key: string): Omit<Drilled, 'behind'> | null {
  if (times.includes(by)) return { ...asked, ...span(by, key, asked) }
  if (key === '') return null
  if (by === 'hour' || by === 'weekday') return { ...asked, [by]: Number(key) }
  return { ...asked, [by]: key }
}

/** A figure in its unit: shares and minutes with one decimal. */
export function valueText(value: number | null, unit: string): string {
  if (value === null) return notRecorded
  if (unit === 'percent') return `${formatNumber(value, 1)}%`
  return formatNumber(value, unit === 'count' ? 0 : 1)
}

export interface Shown {
  key: string
  label: string
  value: number | null
  part: FigurePart
}

export const shownOf = (by: string, parts: readonly FigurePart[]): Shown[] =>
  parts.map((part) => ({ key: part.key, label: labelOf(by, part.key, part.name), value: part.value, part }))
