// The views that every desk has; saved ones hold filters of the same shape.
import type { TicketQuery } from '@tianmu/api/queries/service.ts'
import { wantedTickets } from './queueQuery.ts'

export const standardViews: Record<string, Partial<TicketQuery>> = {
  all: {},
  mine: { assignee: 'me' },
  nobody: { assignee: 'nobody' },
  questions: { kind: ['question'] },
  major: { kind: ['incident'], grade: [1, 2, 3] },
  late: { overdue: true },
  monitor: { channel: ['monitor'] },
}

const texts = ['subsystem', 'assignee', 'raised_by', 'search'] as const
const lists = ['state', 'kind', 'channel'] as const

/** Filters as they were saved, made safe: what is not of the right shape counts as not set. */
export function readView(saved: Record<string, unknown>): TicketQuery {
  const found: TicketQuery = { ...wantedTickets }
  for (const name of texts) if (typeof saved[name] === 'string') found[name] = saved[name]
  for (const name of lists) {
    const value = saved[name]
    if (Array.isArray(value)) found[name] = value.filter((one) => typeof one === 'string')
  }
  const grade = saved['grade']
  if (Array.isArray(grade)) found.grade = grade.filter((one) => typeof one === 'number')
  if (typeof saved['open'] === 'boolean') found.open = saved['open']
  if (typeof saved['overdue'] === 'boolean') found.overdue = saved['overdue']
  found.order = found.open ? 'queue' : 'newest'
  return found
}
