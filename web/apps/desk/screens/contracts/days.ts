// Days of a month as weeks from Monday on, for the calendar of duties.

export interface MonthDay {
  day: string
  inside: boolean
}

const dayMs = 86_400_000
const text = (at: number) => new Date(at).toISOString().slice(0, 10)

/** Every day of the weeks that a month (`2026-12`) touches. */
export function weeksOf(month: string): MonthDay[] {
  const [year = 0, number = 1] = month.split('-').map(Number)
  const first = Date.UTC(year, number - 1, 1)
  const last = Date.UTC(year, number, 0)
  const start = first - ((new Date(first).getUTCDay() + 6) % 7) * dayMs
  const end = last + ((7 - new Date(last).getUTCDay()) % 7) * dayMs
  const days: MonthDay[] = []
  for (let at = start; at <= end; at += dayMs) days.push({ day: text(at), inside: at >= first && at <= last })
  return days
}

/** `2026-12` and a number of months on. */
export function monthAfter(month: string, count: number): string {
  const [year = 0, number = 1] = month.split('-').map(Number)
  return text(Date.UTC(year, number - 1 + count, 1)).slice(0, 7)
}
