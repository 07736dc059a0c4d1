// Days of attendance summed up for each person of a month.
import type { AttendanceDay } from '@tianmu/api'

export interface PersonMonth {
  id: string
  name: string
  days: AttendanceDay[]
  onSiteMinutes: number
  requiredMinutes: number
  late: number
  left: number
  unsigned: number
}

/** Everybody's month in the order in which they first appear; minutes and breaches summed. */
export function monthByPerson(days: readonly AttendanceDay[]): PersonMonth[] {
  const people = new Map<string, PersonMonth>()
  for (const day of days) {
    const own = people.get(day.member.id) ?? {
      ...day.member,
      days: [],
      onSiteMinutes: 0,
      requiredMinutes: 0,
      late: 0,
      left: 0,
      unsigned: 0,
    }
    own.days.push(day)
    own.onSiteMinutes += day.on_site_minutes
    own.requiredMinutes += day.required_minutes
    own.late += day.findings.filter((one) => one.kind === 'late').length
    own.left += day.findings.filter((one) => one.kind === 'left_unrecorded').length
    own.unsigned += day.signs.length === 0 ? 1 : 0
    people.set(day.member.id, own)
  }
  return [...people.values()]
}

/** Minutes as hours and minutes: `7:05`. */
export function hoursText(minutes: number): string {
  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}`
}

/** An instant as a `datetime-local` input has it, in the business zone, and back. */
export const toLocal = (instant: number): string => new Date(instant + 8 * 3_600_000).toISOString().slice(0, 16)
export const fromLocal = (text: string): string => `${text}:00+08:00`
