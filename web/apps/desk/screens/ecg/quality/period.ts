// Periods of the workload figures: whole days in Shanghai, the last day included.
export interface Days {
  since: string
  until: string
}

export type Preset = 'days7' | 'days30' | 'month'

const dayMs = 86_400_000
const inShanghai = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai', dateStyle: 'short' })

/** The day in Shanghai at an instant, `2026-12-01`. */
export const dayOf = (atMs: number): string => inShanghai.format(atMs)

/** First and last day of a preset period that ends today. */
export function daysOf(preset: Preset, nowMs: number): Days {
  const until = dayOf(nowMs)
  if (preset === 'month') return { since: `${until.slice(0, 8)}01`, until }
  return { since: dayOf(nowMs - (preset === 'days7' ? 6 : 29) * dayMs), until }
}

/** The days as the instants that the server asks for: from midnight to the midnight after the last day. */
export function instantsOf({ since, until }: Days): { since: string; until: string } {
  const after = dayOf(Date.parse(`${until}T12:00:00+08:00`) + dayMs)
  return { since: `${since}T00:00:00+08:00`, until: `${after}T00:00:00+08:00` }
}

/** Whether the server can answer for these days: both known, in order, at most 400. */
export function isPeriod({ since, until }: Days): boolean {
  const days = (Date.parse(until) - Date.parse(since)) / dayMs
  return Number.isFinite(days) && days >= 0 && days < 400
}
