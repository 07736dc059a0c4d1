// The running clock of a critical value, and the steps beyond their limit.
import type { Alert, AlertStage } from '@tianmu/api'
import { minutesBetween, notRecorded } from '@tianmu/ui'
import { t } from '../../../text/alerts.ts'

export const stages: readonly AlertStage[] = ['confirm', 'notify', 'acknowledge', 'dispose', 'chart']

/** Minutes left until the awaited step is due; null where nothing is awaited. */
export function minutesLeft(alert: Pick<Alert, 'due_at'>, nowMs: number): number | null {
  return alert.due_at === null ? null : minutesBetween(nowMs, alert.due_at)
}

export function clockText(alert: Pick<Alert, 'due_at'>, nowMs: number): string {
  const left = minutesLeft(alert, nowMs)
  if (left === null) return notRecorded
  return left >= 0 ? t.left(left) : t.over(-left)
}

export const isLate = (alert: Pick<Alert, 'due_at'>, nowMs: number): boolean => (minutesLeft(alert, nowMs) ?? 0) < 0

/** `2 / 0 / 3 / — / —`: minutes of each finished step, in the order of the loop. */
export function minutesText(alert: Pick<Alert, 'minutes'>): string {
  return stages.map((stage) => alert.minutes[stage] ?? notRecorded).join(' / ')
}
