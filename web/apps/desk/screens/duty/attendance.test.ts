import { expect, test } from 'vitest'
import type { AttendanceDay } from '@tianmu/api'
import { fromLocal, hoursText, monthByPerson, toLocal } from './attendance.ts'

const day = (name: string, date: string, minutes: number, ...kinds: string[]): AttendanceDay => ({
  member: { id: name, name },
  day: date,
  signs: [],
  on_site_minutes: minutes,
  required_minutes: 480,
  findings: kinds.map((kind) => ({ kind, starts_at: `${date}T00:00:00Z`, ends_at: `${date}T00:10:00Z` })),
})

test('a month is summed up for each person', () => {
  const [ann, ben] = monthByPerson([
    day('ann', '2026-12-01', 470, 'late'),
    day('ben', '2026-12-02', 480),
    day('ann', '2026-12-03', 400, 'left_unrecorded', 'late'),
  ])
  expect(ann).toMatchObject({ onSiteMinutes: 870, requiredMinutes: 960, late: 2, left: 1, unsigned: 2 })
  expect(ben).toMatchObject({ onSiteMinutes: 480, late: 0 })
})

test('minutes read as hours, and local inputs go to the business zone and back', () => {
  expect(hoursText(425)).toBe('7:05')
  expect(toLocal(Date.parse('2026-12-01T00:30:00Z'))).toBe('2026-12-01T08:30')
  expect(Date.parse(fromLocal('2026-12-01T08:30'))).toBe(Date.parse('2026-12-01T00:30:00Z'))
})
