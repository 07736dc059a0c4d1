// Periods of the figures: whole days of the business zone, the last one included.
const dayMs = 86_400_000
const zoneMs = 8 * 3_600_000

/** The day of an instant in Shanghai, such as 2026-12-01. */
export const dayOf = (ms: number) => new Date(ms + zoneMs).toISOString().slice(0, 10)

/** Today and the `days - 1` days before it. */
export function lastDays(days: number, now = Date.now()): { first: string; last: string } {
  return { first: dayOf(now - (days - 1) * dayMs), last: dayOf(now) }
}

/** The instants that bound whole days, for the server. */
export function boundsOf(first: string, last: string): { since: string; until: string } {
  const end = Date.parse(`${last}T00:00:00+08:00`) + dayMs
  return { since: `${first}T00:00:00+08:00`, until: `${dayOf(end)}T00:00:00+08:00` }
}

/** The month before an instant, such as 2026-11. */
export function monthBefore(now = Date.now()): string {
  const [year = 0, month = 1] = dayOf(now).split('-').map(Number)
  return month === 1 ? `${year - 1}-12` : `${year}-${String(month - 1).padStart(2, '0')}`
}
