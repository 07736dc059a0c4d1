// The columns of the queue: all of them on a desk, three on a phone.
import { computed } from 'vue'
import type { Ticket } from '@tianmu/api'
import { formatInstant, type TableColumn } from '@tianmu/ui'
import { t } from '../../text/service.ts'
import { spanText } from './clockText.ts'

const phoneWidths: Record<string, number> = { title: 150, clock: 116, state: 74 }

function clockOf(row: Ticket): string {
  if (row.remaining_seconds === null) return t.queue.none
  const name = t.clocks[row.next_clock] ?? ''
  const span = spanText(row.remaining_seconds)
  return `${name} ${row.remaining_seconds < 0 ? t.queue.past(span) : t.queue.left(span)}`
}

/** At 80 per cent of the limit a clock is amber, beyond the limit red. */
function urgencyOf(row: Ticket): string {
  if (row.overdue) return 'sd-past'
  return (row.used_percent ?? 0) >= 80 ? 'sd-soon' : ''
}

export function useQueueColumns(narrow: () => boolean, picks: () => boolean) {
  const wide = computed<TableColumn<Ticket>[]>(() => [
    ...(picks() ? [{ key: 'pick', title: '', widthPx: 36, text: () => '' }] : []),
    { key: 'clock', title: t.queue.clock, widthPx: 150, text: clockOf },
    { key: 'number', title: t.queue.number, widthPx: 130, text: (row) => row.number },
    { key: 'kind', title: t.queue.kind, widthPx: 100, text: (row) => t.kinds[row.kind] ?? row.kind },
    { key: 'title', title: t.queue.subject, widthPx: 240, grow: true, text: (row) => row.title },
    { key: 'place', title: t.queue.institution, widthPx: 150, text: (row) => row.institution.name },
    { key: 'state', title: t.queue.state, widthPx: 90, text: (row) => t.states[row.state] ?? row.state },
    { key: 'who', title: t.queue.who, widthPx: 90, text: (row) => row.assignee_name || t.queue.none },
    { key: 'raised', title: t.queue.raised, widthPx: 140, text: (row) => formatInstant(row.raised_at) },
  ])
  const columns = computed(() => {
    if (!narrow()) return wide.value
    return ['title', 'clock', 'state'].flatMap((key) =>
      wide.value.filter((one) => one.key === key).map((one) => ({ ...one, widthPx: phoneWidths[key] ?? 90 })),
    )
  })
  return { columns, clockOf, urgencyOf }
}
