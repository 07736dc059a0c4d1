// What the overview shows of the events.
import type { HolterEvent } from '@tianmu/api'

const colours: Record<string, string> = {
  vt: '#c4211b',
  aivr: '#c4211b',
  svt: '#1d4ed8',
  pause: '#a65b00',
  av_block_hint: '#a65b00',
  st: '#137a3f',
  button: '#1f2933',
}

/** Spans in seconds of the standing events of a kind. */
export function spansOf(events: readonly HolterEvent[], kind: string): [number, number][] {
  return events
    .filter((one) => one.shown_kind === kind && one.state !== 'rejected')
    .map((one) => [one.start_s, one.stop_s])
}

export function overviewMarks(events: readonly HolterEvent[]): { atS: number; colour: string }[] {
  return events.flatMap((one) => {
    const colour = colours[one.shown_kind]
    return colour && one.state !== 'rejected' ? [{ atS: one.start_s, colour }] : []
  })
}
