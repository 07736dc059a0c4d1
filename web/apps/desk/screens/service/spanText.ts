// Spans of seconds in figures: minutes below two hours, hours below two days, days beyond.
import { t } from '../../text/knowledge.ts'

export function spanText(seconds: number | null | undefined): string {
  if (seconds === null || seconds === undefined) return t.figures.unknown
  const minutes = seconds / 60
  if (minutes < 120) return t.figures.minutes(Math.round(minutes * 10) / 10)
  if (minutes < 2 * 1440) return t.figures.hours(Math.round(minutes / 6) / 10)
  return t.figures.days(Math.round(minutes / 144) / 10)
}

export const percentText = (value: number | null | undefined) =>
  value === null || value === undefined ? t.figures.unknown : `${value}%`
