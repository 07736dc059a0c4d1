// A month as the cells of a calendar that starts on Monday.

export interface Day {
  day: string
  works: boolean
  known: boolean
}

/** The days in order, with blank cells before the first so that each stands under its weekday. */
export function cellsOf(days: readonly Day[]): (Day | null)[] {
  const first = days[0]
  if (!first) return []
  const weekday = (new Date(`${first.day}T00:00:00Z`).getUTCDay() + 6) % 7
  return [...Array.from({ length: weekday }, () => null), ...days]
}

/** The day of an instant in the business zone, as `2026-11-23`. */
export function dayOf(instant: string): string {
  return new Date(Date.parse(instant) + 8 * 3_600_000).toISOString().slice(0, 10)
}
