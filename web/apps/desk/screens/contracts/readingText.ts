// The value of a reading in words, and spans of working hours as they are typed.
import { t } from '../../text/contract.ts'

type Span = [string, string]

/** A reading's value in words; spans of hours as `08:00–12:00`. */
export function readingText(value: unknown): string {
  if (Array.isArray(value)) return value.map((span) => (Array.isArray(span) ? span.join('–') : String(span))).join(' ')
  return t.readingValues[String(value)] ?? String(value)
}

export function hoursOf(value: unknown): string {
  return (value as Span[]).map((span) => span.join('-')).join(' ')
}

/** Typed spans, each beginning after the one before; null when they cannot be read. */
export function spansOf(text: string): Span[] | null {
  const spans: Span[] = []
  for (const part of text.trim().split(/[\s,，、]+/u)) {
    const found = /^([01]\d|2[0-3]):([0-5]\d)[-–~]([01]\d|2[0-3]):([0-5]\d)$/u.exec(part.replaceAll('：', ':'))
    if (!found) return null
    const span: Span = [`${found[1] ?? ''}:${found[2] ?? ''}`, `${found[3] ?? ''}:${found[4] ?? ''}`]
    if (span[0] >= span[1] || (spans.at(-1)?.[1] ?? '') > span[0]) return null
    spans.push(span)
  }
  return spans
}
