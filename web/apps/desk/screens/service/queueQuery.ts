// What a list of tickets asks for when nothing was chosen.
import type { TicketQuery } from '@tianmu/api/queries/service.ts'

export const wantedTickets: TicketQuery = {
  open: true,
  state: [],
  kind: [],
  channel: [],
  grade: [],
  subsystem: '',
  assignee: '',
  raised_by: '',
  overdue: false,
  problem_id: null,
  search: '',
  order: 'queue',
}
