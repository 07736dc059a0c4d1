// A month's plan as it is edited: what each day needs, who takes it, and every step as a new list of shifts.
import type { RosterDay, ShiftDraft } from '@tianmu/api'
import { dayOf } from './month.ts'

/** What is chosen in place of a person to free a slot, as a touch screen has no Delete. */
export const nobody = 'nobody'

/** A place to fill on a day; `shift` is null while nobody takes it. */
export interface Slot {
  key: string
  day: string
  kind: ShiftDraft['kind']
  starts_at: string
  ends_at: string
  shift: ShiftDraft | null
}

/** What a day needs, filled with the shifts that begin on it; shifts beyond the needs come last. */
export function slotsOf(day: RosterDay, plan: readonly ShiftDraft[]): Slot[] {
  const own = plan.filter((one) => dayOf(one.starts_at) === day.day)
  const needed = day.slots.map((need, number) => {
    const at = own.findIndex((one) => one.kind === need.kind)
    const [shift = null] = at < 0 ? [] : own.splice(at, 1)
    return {
      key: `${day.day}/${number}`,
      day: day.day,
      kind: need.kind as Slot['kind'],
      starts_at: shift?.starts_at ?? need.starts_at,
      ends_at: shift?.ends_at ?? need.ends_at,
      shift,
    }
  })
  const further = own.map((shift, number) => ({
    key: `${day.day}/${needed.length + number}`,
    day: day.day,
    kind: shift.kind,
    starts_at: shift.starts_at,
    ends_at: shift.ends_at,
    shift,
  }))
  return [...needed, ...further]
}

/** The plan with `member` on a slot. */
export function assigned(plan: readonly ShiftDraft[], slot: Slot, member: string): ShiftDraft[] {
  if (slot.shift) return plan.map((one) => (one === slot.shift ? { ...one, member_id: member } : one))
  const { kind, starts_at, ends_at } = slot
  return [...plan, { member_id: member, kind, starts_at, ends_at, note: '' }]
}

/** The plan with nobody on a slot. */
export function cleared(plan: readonly ShiftDraft[], slot: Slot): ShiftDraft[] {
  return plan.filter((one) => one !== slot.shift)
}

/** The plan after a person was dragged from one slot to another: moved to a free one, exchanged with a taken one. */
export function dragged(plan: readonly ShiftDraft[], from: Slot, to: Slot): ShiftDraft[] {
  const mover = from.shift
  if (!mover || from.key === to.key) return [...plan]
  const other = to.shift
  if (!other) return assigned(cleared(plan, from), to, mover.member_id)
  return plan.map((one) => {
    if (one === mover) return { ...one, member_id: other.member_id }
    return one === other ? { ...one, member_id: mover.member_id } : one
  })
}

/** How often everybody is named: nights, days of rest, days on site. */
export function countsOf(plan: readonly ShiftDraft[]): Map<string, Record<ShiftDraft['kind'], number>> {
  const counts = new Map<string, Record<ShiftDraft['kind'], number>>()
  for (const one of plan) {
    const own = counts.get(one.member_id) ?? { resident: 0, on_call: 0, duty: 0 }
    own[one.kind] += 1
    counts.set(one.member_id, own)
  }
  return counts
}

/** What is unusual about a day: free although a weekday, worked although a weekend, or not known yet. */
export function markOf(day: RosterDay): 'holiday' | 'make_up' | 'weekend' | 'unknown' | 'work' {
  if (!day.known) return 'unknown'
  const weekday = new Date(`${day.day}T00:00:00Z`).getUTCDay()
  const isWeekend = weekday === 0 || weekday === 6
  if (day.works) return isWeekend ? 'make_up' : 'work'
  return isWeekend ? 'weekend' : 'holiday'
}

/** The slot reached by an arrow key from another: the next one, or the like one a week away. */
export function neighbour(slots: readonly Slot[], key: string, step: string): string | undefined {
  const at = slots.findIndex((one) => one.key === key)
  const here = slots[at]
  if (!here) return undefined
  if (step === 'ArrowRight' || step === 'ArrowLeft') return slots[at + (step === 'ArrowRight' ? 1 : -1)]?.key
  const shift = (step === 'ArrowDown' ? 7 : -7) * 86_400_000
  const day = new Date(Date.parse(`${here.day}T00:00:00Z`) + shift).toISOString().slice(0, 10)
  const there = slots.filter((one) => one.day === day)
  return (there.find((one) => one.kind === here.kind) ?? there[0])?.key
}
