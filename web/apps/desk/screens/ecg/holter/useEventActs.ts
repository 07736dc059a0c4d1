// Decisions about events and stretches of fibrillation, strips for the report.
import type { HolterEditIn, HolterEvent } from '@tianmu/api'
import { toast } from '@tianmu/ui'
import { t } from '../../../text/holter.ts'
import type { HolterStation } from './useHolterStation.ts'

export interface Span {
  start_s: number
  stop_s: number
}

/** Fields that an edit does not need are left to the server's defaults. */
export const made = (edit: Partial<HolterEditIn> & { act: string }): HolterEditIn => edit as HolterEditIn

export function useEventActs(station: HolterStation, span: () => Span) {
  const may = () => station.writable.value

  function decide(event: HolterEvent, state: HolterEvent['state'], change: Partial<HolterEditIn['event']> = {}) {
    if (!may()) return
    const { key, kind, start_s, stop_s, lead, beats, rate, value, unit, note } = event
    const known = event.shown_kind === kind ? null : event.shown_kind
    const said = { key, kind, state, start_s, stop_s, lead, beats, rate, value, unit, note, new_kind: known }
    station.edit(made({ act: 'event', event: { ...said, ...change } }))
  }

  function fibrillation(present: boolean, at = span()) {
    if (may()) station.edit(made({ act: 'fibrillation', ...at, present }))
  }

  function addStrip(caption = '', at?: readonly [number, number]) {
    if (!may()) return
    const { startS, spanS } = station.place.value
    const [start_s, stop_s] = at ?? [startS, Math.min(station.durationS.value, startS + spanS)]
    station.edit(made({ act: 'strip', strip: { start_s, stop_s, caption, leads: [], replaces: null } }))
    toast(t.stripAdded)
  }

  return { decide, fibrillation, addStrip }
}
