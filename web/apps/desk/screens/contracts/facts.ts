// A fact of the contract in words: its instants and what matters of it, by the names on screen.
import { formatInstant } from '@tianmu/ui'
import { t } from '../../text/contract.ts'

const shown = ['occurred', 'resolved', 'received', 'feedback_at', 'done_at', 'at', 'from', 'to'] as const

/** `发生 2026-10-22 09:20 · 恢复 2026-10-22 16:05`. */
export function factText(content: Record<string, unknown>): string {
  const parts: string[] = []
  for (const key of shown) {
    const value = content[key]
    if (typeof value === 'string') parts.push(`${t.fact[key]} ${value.includes('T') ? formatInstant(value) : value}`)
  }
  for (const [number, node] of listOf(content['plan']).entries())
    parts.push(`${t.fact.node(number + 1)} ${formatInstant(String(node['due']))}`)
  for (const one of listOf(content['paid'])) parts.push(`${String(one['date'])} ${t.yuan(String(one['amount']))}`)
  if (typeof content['amount'] === 'string') parts.push(t.yuan(content['amount']))
  if (typeof content['title'] === 'string') parts.unshift(content['title'])
  return parts.join(' · ')
}

/** Who recorded it: a person, or a part of the platform with whom it acted for. */
export function byText(by: string): string {
  const [first = '', ...rest] = by.split(': ')
  const part = t.parts[first]
  return part ? [part, ...rest].join(' · ') : by
}

function listOf(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? (value as Record<string, unknown>[]) : []
}
