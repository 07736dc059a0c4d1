// Serial comparison: median beats of two recordings laid over each other, and the table of what differs.
import type { MeasurementRow, Trace } from './model.ts'

export interface BeatOverlay {
  lead: string
  /** Both aligned at their QRS onset, on the rate of `now`, in µV; NaN where one does not reach. */
  now: Float32Array
  before: Float32Array
  valuesPerS: number
  /** QRS onset, s from the start of both arrays. */
  onsetS: number
}

/** Lay `before` under `now` with QRS onsets together; leads that only one of them has are left out. */
export function overlayBeats(
  now: readonly Trace[],
  before: readonly Trace[],
  nowOnsetMs: number,
  beforeOnsetMs: number,
): BeatOverlay[] {
  return now.flatMap((trace) => {
    const earlier = before.find((each) => each.lead === trace.lead)
    if (!earlier) return []
    return [
      {
        lead: trace.lead,
        now: trace.low,
        before: shifted(earlier, trace, (beforeOnsetMs - nowOnsetMs) / 1000),
        valuesPerS: trace.valuesPerS,
        onsetS: nowOnsetMs / 1000,
      },
    ]
  })
}

function shifted(earlier: Trace, onto: Trace, shiftS: number): Float32Array {
  return Float32Array.from(onto.low, (_, i) =>
    interpolate(earlier, (i / onto.valuesPerS + shiftS) * earlier.valuesPerS),
  )
}

function interpolate(trace: Trace, position: number): number {
  const left = Math.floor(position + 1e-9)
  const rest = Math.max(0, position - left)
  const a = trace.low[left] ?? NaN
  if (left < 0) return NaN
  return rest < 1e-6 ? a : a + rest * ((trace.low[left + 1] ?? NaN) - a)
}

export interface Difference {
  key: string
  label: string
  unit: string
  now: number | null
  before: number | null
  change: number | null
  /** The change reaches the limit of the serial comparison. */
  marked: boolean
}

/** Changes that count, ms, degrees and 1/min (ECG specification, section 5; the server's rule set may replace them). */
export const CHANGE_LIMITS: Readonly<Record<string, number>> = {
  ventricular_rate: 20,
  pr_ms: 40,
  qrs_ms: 20,
  qtc_fridericia_ms: 40,
  qtc_bazett_ms: 40,
  p_axis_deg: 30,
  qrs_axis_deg: 30,
  t_axis_deg: 30,
}

/** Difference of two angles the short way round, −180 < d ≤ 180. */
export function angleChange(now: number, before: number): number {
  const turned = (((now - before) % 360) + 360) % 360
  return turned > 180 ? turned - 360 : turned
}

export function differences(
  now: readonly MeasurementRow[],
  before: readonly MeasurementRow[],
  limits: Readonly<Record<string, number>> = CHANGE_LIMITS,
): Difference[] {
  return now.map((row) => {
    const earlier = before.find((each) => each.key === row.key)
    const a = typeof row.value === 'number' ? row.value : null
    const b = typeof earlier?.value === 'number' ? earlier.value : null
    const change = a === null || b === null ? null : row.key.endsWith('_deg') ? angleChange(a, b) : a - b
    const limit = limits[row.key]
    const marked = change !== null && limit !== undefined && Math.abs(change) >= limit
    return { key: row.key, label: row.label, unit: row.unit, now: a, before: b, change, marked }
  })
}

/** SVG path of a beat at 10 mm/mV; gaps are left open. */
export function beatPath(uv: Float32Array, valuesPerS: number, mmPerS: number): string {
  let open = false
  let d = ''
  for (const [i, value] of uv.entries()) {
    if (Number.isNaN(value)) open = false
    else {
      d += `${open ? 'L' : 'M'}${((i / valuesPerS) * mmPerS).toFixed(2)} ${(-value / 100).toFixed(2)}`
      open = true
    }
  }
  return d
}

/** Highest and lowest place of any beat, mm, so that none is cut off and all stand at one scale. */
export function overlayExtent(beats: readonly BeatOverlay[]): { topMm: number; heightMm: number } {
  let most = 1000
  let least = -500
  for (const beat of beats) {
    for (const value of [...beat.now, ...beat.before]) {
      if (value > most) most = value
      if (value < least) least = value
    }
  }
  return { topMm: -most / 100 - 1, heightMm: (most - least) / 100 + 2 }
}
