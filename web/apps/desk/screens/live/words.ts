// Words and choices of the live screens that need no component.
import type { LiveEcgAlarm } from '@tianmu/api/liveEcg.ts'
import { t } from '../../text/live.ts'

const weight = { critical: 3, serious: 2, technical: 1 } as const

/** The alarm that a tile shows: those nobody has acknowledged first, then the gravest, then the oldest. */
export function worst(alarms: readonly LiveEcgAlarm[]): LiveEcgAlarm | null {
  const order = (alarm: LiveEcgAlarm) => (alarm.acknowledged ? 0 : 10) + weight[alarm.grade]
  return [...alarms].sort((a, b) => order(b) - order(a) || a.raised_ms - b.raised_ms)[0] ?? null
}

/** Whether the page should ring: somebody's heart, and nobody has acknowledged. */
export function rings(alarms: readonly LiveEcgAlarm[]): boolean {
  return alarms.some((alarm) => !alarm.acknowledged && alarm.grade !== 'technical')
}

export function leadOfTile(leads: readonly string[]): string {
  return ['II', 'V5', 'V2', 'I'].find((lead) => leads.includes(lead)) ?? leads[0] ?? ''
}

export function lengthWord(seconds: number): string {
  const whole = Math.round(seconds)
  return whole < 60 ? t.secondsLong(whole) : t.lengthOf(Math.floor(whole / 60), whole % 60)
}
