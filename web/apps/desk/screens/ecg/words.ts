// Words and clocks of an ECG order as lists and reading room show them.
import type { Order } from '@tianmu/api'
import { notRecorded } from '@tianmu/ui'

/** The reader's conclusion class is a word of its own; the list shows what the machine concluded, joined. */
export function conclusionText(order: Pick<Order, 'machine_conclusion'>): string {
  return order.machine_conclusion.map((statement) => statement.text).join('\uff1b') || notRecorded
}

/** Minutes in words that a narrow cell can hold: minutes to two hours, hours to two days, then days. */
export function spanOf(minutes: number): { n: number; unit: 'minutes' | 'hours' | 'days' } {
  if (minutes < 120) return { n: minutes, unit: 'minutes' }
  if (minutes < 2880) return { n: Math.floor(minutes / 60), unit: 'hours' }
  return { n: Math.floor(minutes / 1440), unit: 'days' }
}

export interface WaitClock {
  waitedMinutes: number
  /** Share of the limit that has passed; null without a limit. */
  share: number | null
  tone: 'calm' | 'amber' | 'red'
  overMinutes: number
}

const amberFrom = 0.7
const openStates = new Set(['uploaded', 'waiting', 'in_progress', 'to_review', 'in_consultation'])

/** Minutes from the start of waiting to the limit; null when there is no span. */
export function limitMinutes(order: Pick<Order, 'waiting_since' | 'due_at'>): number | null {
  if (!order.waiting_since) return null
  const minutes = Math.round((Date.parse(order.due_at) - Date.parse(order.waiting_since)) / 60_000)
  return minutes > 0 ? minutes : null
}

/** Waiting time of an order at `nowMs`: amber from 70 % of its limit, red from 100 %; null once it waits no more. */
export function waitClock(order: Pick<Order, 'state' | 'waiting_since' | 'due_at'>, nowMs: number): WaitClock | null {
  if (!order.waiting_since || !openStates.has(order.state)) return null
  const waitedMinutes = Math.max(0, Math.floor((nowMs - Date.parse(order.waiting_since)) / 60_000))
  const limit = limitMinutes(order)
  if (limit === null) return { waitedMinutes, share: null, tone: 'calm', overMinutes: 0 }
  const share = waitedMinutes / limit
  const tone = share >= 1 ? 'red' : share >= amberFrom ? 'amber' : 'calm'
  return { waitedMinutes, share, tone, overMinutes: Math.max(0, waitedMinutes - limit) }
}
