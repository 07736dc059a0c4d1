// Periods of the indicators: whole days in Shanghai, the last day included; up to ten years.
import { dayOf, type Days } from '../ecg/quality/period.ts'

export type Preset = 'day' | 'days7' | 'days30' | 'month' | 'quarter' | 'year'
export const presets: readonly Preset[] = ['day', 'days7', 'days30', 'month', 'quarter', 'year']

const dayMs = 86_400_000
const mostDays = 3_700

/** First and last day of a preset period that ends today. */
export function daysOf(preset: Preset, nowMs: number): Days {
  const until = dayOf(nowMs)
  const back = (days: number) => ({ since: dayOf(nowMs - days * dayMs), until })
  const month = Number(until.slice(5, 7))
  const first = String(month - ((month - 1) % 3)).padStart(2, '0')
  switch (preset) {
    case 'day':
      return back(0)
    case 'days7':
      return back(6)
    case 'days30':
      return back(29)
    case 'month':
      return { since: `${until.slice(0, 8)}01`, until }
    case 'quarter':
      return { since: `${until.slice(0, 5)}${first}-01`, until }
    case 'year':
      return { since: `${until.slice(0, 5)}01-01`, until }
  }
}

/** Whether the server can answer for these days: both known, in order, at most ten years. */
export function isPeriod({ since, until }: Days): boolean {
  const days = (Date.parse(until) - Date.parse(since)) / dayMs
  return Number.isFinite(days) && days >= 0 && days < mostDays
}

/** The part of time that suits a period: days for a month, weeks for a quarter, months beyond. */
export function bestSplit({ since, until }: Days): 'hour' | 'day' | 'week' | 'month' {
  const days = (Date.parse(until) - Date.parse(since)) / dayMs
  if (days < 1) return 'hour'
  if (days <= 45) return 'day'
  return days <= 200 ? 'week' : 'month'
}
