// Beats and their mean shape, enough to see swapped cables; the diagnosis is the engine's, never this.
import { boxMean, lowPass, median, percentile } from './filters.ts'
import { WORK_HZ, type Signals } from './leads.ts'

const BEFORE = 150
const AFTER = 250
const REFRACTORY = 100

/** What one lead of the mean beat holds, in µV from the level before QRS. */
export interface LeadShape {
  p: number
  qrs: number
  qrsRange: number
  r: number
  s: number
  t: number
}

export interface MeanBeat {
  beats: number
  regular: boolean
  rows: Map<string, Float64Array>
  shapes: Map<string, LeadShape>
}

/** How steep all leads together are, smoothed over a QRS. */
function steepness(signals: Signals): Float64Array {
  const size = signals.uv[0]?.length ?? 0
  const sum = new Float64Array(size)
  signals.uv.forEach((uv, index) => {
    if (signals.derived.has(signals.names[index] ?? '')) return
    const calm = lowPass(uv, WORK_HZ, 25)
    for (let at = 3; at < size - 3; at++) sum[at] = (sum[at] ?? 0) + Math.abs((calm[at + 3] ?? 0) - (calm[at - 3] ?? 0))
  })
  return boxMean(sum, Math.round(0.08 * WORK_HZ))
}

/** Places of the beats: peaks of the steepness above a share of its usual height, 200 ms apart. */
export function findBeats(signals: Signals): number[] {
  const steep = steepness(signals)
  const limit = Math.max(40, 0.4 * percentile(steep, 0.98))
  const found: number[] = []
  for (let at = 1; at < steep.length - 1; at++) {
    const here = steep[at] ?? 0
    if (here < limit || here < (steep[at - 1] ?? 0) || here <= (steep[at + 1] ?? 0)) continue
    const last = found[found.length - 1]
    if (last !== undefined && at - last < REFRACTORY) {
      if (here > (steep[last] ?? 0)) found[found.length - 1] = at
    } else found.push(at)
  }
  return found
}

function meanRow(uv: Float64Array, beats: readonly number[]): Float64Array {
  const calm = lowPass(uv, WORK_HZ, 0.5)
  const row = new Float64Array(BEFORE + AFTER)
  for (let at = 0; at < row.length; at++) {
    row[at] = median(beats.map((beat) => (uv[beat - BEFORE + at] ?? 0) - (calm[beat] ?? 0)))
  }
  const level = median(row.subarray(BEFORE - 45, BEFORE - 33))
  return row.map((value) => value - level)
}

function extremes(row: Float64Array, from: number, to: number): readonly [number, number] {
  let low = 0
  let high = 0
  for (let at = from; at < to; at++) {
    low = Math.min(low, row[at] ?? 0)
    high = Math.max(high, row[at] ?? 0)
  }
  return [low, high]
}

/** Net size of a wave: its top and its depth together, from a line between the ends of the window. */
function net(row: Float64Array, from: number, to: number): number {
  const start = row[from] ?? 0
  const slope = ((row[to - 1] ?? 0) - start) / (to - from)
  const flat = row.slice(from, to).map((value, at) => value - start - slope * at)
  const [low, high] = extremes(flat, 0, flat.length)
  return low + high
}

function shapeOf(row: Float64Array): LeadShape {
  const [s, r] = extremes(row, BEFORE - 30, BEFORE + 32)
  const [tLow, tHigh] = extremes(row, BEFORE + 60, BEFORE + 210)
  return { p: net(row, BEFORE - 115, BEFORE - 35), qrs: r + s, qrsRange: r - s, r, s, t: tLow + tHigh }
}

/** The median beat of each lead; null where fewer than three whole beats lie in the recording. */
export function meanBeat(signals: Signals): MeanBeat | null {
  const size = signals.uv[0]?.length ?? 0
  const all = findBeats(signals)
  const whole = all.filter((beat) => beat >= BEFORE && beat + AFTER <= size)
  if (whole.length < 3) return null
  const gaps = all.slice(1).map((beat, index) => beat - (all[index] ?? 0))
  const usual = median(gaps)
  const rows = new Map(
    signals.names.map((name, index) => [name, meanRow(signals.uv[index] ?? new Float64Array(), whole)]),
  )
  return {
    beats: all.length,
    regular: gaps.filter((gap) => Math.abs(gap - usual) < 0.15 * usual).length >= 0.8 * gaps.length,
    rows,
    shapes: new Map([...rows].map(([name, row]) => [name, shapeOf(row)])),
  }
}

/** The part of the mean beat from QRS to the end of T, for comparing chest leads. */
export const qrsToT = (row: Float64Array): Float64Array => row.subarray(BEFORE - 25, BEFORE + 190)
