import { expect, test } from 'vitest'
import type { RosterDay, ShiftDraft } from '@tianmu/api'
import { cellsOf, dayOf, lastInstant, monthsToPlan, quarterOf, quartersUntil } from './month.ts'
import { assigned, cleared, countsOf, dragged, markOf, neighbour, slotsOf } from './plan.ts'

const day = (text: string) => ({ day: text })

test('a month that starts on a Sunday has six blanks before it', () => {
  const cells = cellsOf([day('2026-11-01'), day('2026-11-02')])
  expect(cells.map((cell) => cell?.day ?? '')).toEqual(['', '', '', '', '', '', '2026-11-01', '2026-11-02'])
})

test('a month that starts on a Monday has none, and no days give no cells', () => {
  expect(cellsOf([day('2026-06-01')])[0]?.day).toBe('2026-06-01')
  expect(cellsOf([])).toEqual([])
})

test('an instant belongs to the day of the business zone', () => {
  expect(dayOf('2026-11-22T16:00:00+00:00')).toBe('2026-11-23')
  expect(dayOf('2026-11-23T23:59:59+08:00')).toBe('2026-11-23')
})

test('a limit at midnight is the end of the day before', () => {
  expect(lastInstant('2026-11-28T16:00:00Z')).toBe('2026-11-28 24:00')
})

test('months and quarters go on over the end of the year', () => {
  expect(monthsToPlan(new Date('2026-11-30T16:30:00Z')).map((one) => `${one.year}-${one.month}`)).toEqual([
    '2026-12',
    '2027-1',
    '2027-2',
  ])
  expect(quartersUntil(new Date('2026-02-01T00:00:00Z'), 2).map((one) => one.key)).toEqual(['2026-1', '2025-4'])
  expect(quarterOf('2026-4')).toEqual({ since: '2026-10-01', until: '2026-12-31' })
})

const need = (kind: string, date: string) => ({
  kind,
  starts_at: `${date}T00:00:00Z`,
  ends_at: `${date}T09:00:00Z`,
})
const worked: RosterDay = {
  day: '2026-12-01',
  works: true,
  known: true,
  slots: [need('resident', '2026-12-01'), need('on_call', '2026-12-01')],
}
const free: RosterDay = { day: '2026-12-05', works: false, known: true, slots: [need('duty', '2026-12-05')] }
const slotAt = (roster: RosterDay, plan: ShiftDraft[], at: number) => {
  const found = slotsOf(roster, plan)[at]
  if (!found) throw new Error('no such slot')
  return found
}

test('a slot is filled, exchanged with another, moved to a free one and cleared', () => {
  const first = assigned([], slotAt(worked, [], 0), 'ann')
  const both = assigned(first, slotAt(worked, first, 1), 'ben')
  const exchanged = dragged(both, slotAt(worked, both, 0), slotAt(worked, both, 1))
  expect(exchanged.map((one) => `${one.kind} ${one.member_id}`)).toEqual(['resident ben', 'on_call ann'])
  const moved = dragged(exchanged, slotAt(worked, exchanged, 0), slotAt(free, exchanged, 0))
  expect(slotsOf(worked, moved).map((one) => one.shift?.member_id ?? '')).toEqual(['', 'ann'])
  expect(slotAt(free, moved, 0).shift).toMatchObject({ member_id: 'ben', kind: 'duty' })
  expect(cleared(moved, slotAt(free, moved, 0))).toHaveLength(1)
  expect(countsOf(moved).get('ben')).toEqual({ resident: 0, on_call: 0, duty: 1 })
})

test('a shift beyond the needs of a day is shown after them', () => {
  const twice = assigned(assigned([], slotAt(free, [], 0), 'ann'), { ...slotAt(free, [], 0), shift: null }, 'ben')
  expect(slotsOf(free, twice).map((one) => one.shift?.member_id)).toEqual(['ann', 'ben'])
})

test.each([
  [{ ...worked, day: '2026-12-05' }, 'make_up'],
  [{ ...free, day: '2026-12-07' }, 'holiday'],
  [free, 'weekend'],
  [worked, 'work'],
  [{ ...worked, known: false }, 'unknown'],
])('a day is marked for what it is', (roster, mark) => {
  expect(markOf(roster)).toBe(mark)
})

test('arrow keys go to the next slot and to the like one a week away', () => {
  const later = { ...worked, day: '2026-12-08', slots: [need('resident', '2026-12-08'), need('on_call', '2026-12-08')] }
  const slots = [...slotsOf(worked, []), ...slotsOf(later, [])]
  expect(neighbour(slots, '2026-12-01/0', 'ArrowRight')).toBe('2026-12-01/1')
  expect(neighbour(slots, '2026-12-01/1', 'ArrowDown')).toBe('2026-12-08/1')
  expect(neighbour(slots, '2026-12-01/0', 'ArrowUp')).toBeUndefined()
})
