// A month as the cells of a calendar that starts on Monday.

/** The days in order, with blank cells before the first so that each stands under its weekday. */
export function cellsOf<Day extends { day: string }>(days: readonly Day[]): (Day | null)[] {
  const first = days[0]
  if (!first) return []
  const weekday = (new Date(`${first.day}T00:00:00Z`).getUTCDay() + 6) % 7
  return [...Array.from({ length: weekday }, () => null), ...days]
}

/** The day of an instant in the business zone, as `2026-11-23`. */
export function dayOf(instant: string): string {
  return new Date(Date.parse(instant) + 8 * 3_600_000).toISOString().slice(0, 10)
}

/** The month of an instant in the business zone and the two after it. */
export function monthsToPlan(now: Date): { year: number; month: number }[] {
  const [year = 0, month = 1] = dayOf(now.toISOString()).split('-').map(Number)
  return [0, 1, 2].map((step) => ({
    year: year + Math.floor((month - 1 + step) / 12),
    month: ((month - 1 + step) % 12) + 1,
  }))
}

export interface Quarter {
  key: string
  year: number
  quarter: number
}

/** The quarter of an instant and those before it, the newest first. */
export function quartersUntil(now: Date, many: number): Quarter[] {
  const [year = 0, month = 1] = dayOf(now.toISOString()).split('-').map(Number)
  const current = year * 4 + Math.floor((month - 1) / 3)
  return Array.from({ length: many }, (_, step) => {
    const at = current - step
    return { key: `${Math.floor(at / 4)}-${(at % 4) + 1}`, year: Math.floor(at / 4), quarter: (at % 4) + 1 }
  })
}

/** The first and the last day of a quarter such as `2026-4`. */
export function quarterOf(key: string): { since: string; until: string } {
  const [year = 0, quarter = 1] = key.split('-').map(Number)
  const day = (month: number, date: number) => new Date(Date.UTC(year, month, date)).toISOString().slice(0, 10)
  return { since: day((quarter - 1) * 3, 1), until: day(quarter * 3, 0) }
}

/** The last instant of a limit: midnight belongs to the day before, as `2026-11-28 24:00`. */
export function lastInstant(limit: string): string {
  const before = new Date(Date.parse(limit) - 1)
  const local = new Date(before.getTime() + 8 * 3_600_000).toISOString()
  return local.slice(11, 16) === '23:59' ? `${local.slice(0, 10)} 24:00` : `${dayOf(limit)} ${local.slice(11, 16)}`
}
