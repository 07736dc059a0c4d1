// Reduce a trace to one minimum and one maximum per device pixel column, anchored to the clock so that panning never shimmers.
import type { Trace } from './model.ts'

/** Result buffers: column `i` spans low[i]…high[i] in µV, NaN where the column has a gap or no data. */
export interface Columns {
  low: Float32Array
  high: Float32Array
}

export function makeColumns(count: number): Columns {
  return { low: new Float32Array(count), high: new Float32Array(count) }
}

/**
 * Fill `out` for `count` columns of 1/pxPerS seconds from `startS` on. A column with any missing value is a gap; otherwise it
 * holds the extremes of its values. For rates below one value per column use the values themselves (see `pointsOf`).
 */
export function fillColumns(trace: Trace, startS: number, pxPerS: number, count: number, out: Columns): void {
  const perPx = trace.valuesPerS / pxPerS
  const origin = Math.round((startS - trace.firstS) * trace.valuesPerS * 1e6) / 1e6
  const { low, high } = trace
  for (let column = 0; column < count; column++) {
    const from = Math.floor(origin + column * perPx)
    const to = Math.max(from + 1, Math.floor(origin + (column + 1) * perPx))
    let least = Infinity
    let most = -Infinity
    if (from < 0 || to > low.length) least = NaN
    else {
      for (let i = from; i < to; i++) {
        const a = low[i] ?? NaN
        const b = high[i] ?? NaN
        if (a !== a) {
          least = NaN
          break
        }
        if (a < least) least = a
        if (b > most) most = b
      }
    }
    out.low[column] = least
    out.high[column] = least === least ? most : NaN
  }
}

/** Index range [from, to) of the values inside a time window, clamped to the trace. */
export function valueRange(trace: Trace, startS: number, durationS: number): [number, number] {
  const origin = (startS - trace.firstS) * trace.valuesPerS
  const from = Math.max(0, Math.ceil(origin - 1e-6))
  const to = Math.min(trace.low.length, Math.floor(origin + durationS * trace.valuesPerS + 1e-6) + 1)
  return [from, Math.max(from, to)]
}

/** Value in µV at a time, NaN in a gap or outside. */
export function valueAt(trace: Trace, timeS: number): number {
  const index = Math.round((timeS - trace.firstS) * trace.valuesPerS)
  return trace.low[index] ?? NaN
}
