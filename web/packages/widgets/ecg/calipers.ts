// Caliper arithmetic: live values, snapping to extremes and onsets, marching out a rhythm, corrected QT lines.
import { valueRange } from './columns.ts'
import type { Caliper, Trace, WaveMarks } from './model.ts'

export interface CaliperValues {
  ms: number
  mv: number
  /** 60 000 / interval, null for an interval of zero. */
  perMin: number | null
  /** Slope as an angle of the paper is not a measure; µV per second is. */
  uvPerS: number | null
}

export function caliperValues(caliper: Caliper): CaliperValues {
  const ms = Math.abs(caliper.toS - caliper.fromS) * 1000
  const uv = caliper.toUv - caliper.fromUv
  const signed = (caliper.toS - caliper.fromS) * 1000
  return {
    ms,
    mv: Math.abs(uv) / 1000,
    perMin: ms > 0 ? 60_000 / ms : null,
    uvPerS: signed === 0 ? null : (uv / signed) * 1000,
  }
}

export interface QtCorrections {
  bazettMs: number
  fridericiaMs: number
  framinghamMs: number
  hodgesMs: number
}

/** QT corrected for rate: Bazett QT/√RR, Fridericia QT/∛RR, Framingham QT + 154(1 − RR), Hodges QT + 1.75(HR − 60). */
export function correctQt(qtMs: number, rrMs: number): QtCorrections | null {
  if (!(qtMs > 0) || !(rrMs > 0)) return null
  const rrS = rrMs / 1000
  return {
    bazettMs: qtMs / Math.sqrt(rrS),
    fridericiaMs: qtMs / Math.cbrt(rrS),
    framinghamMs: qtMs + 154 * (1 - rrS),
    hodgesMs: qtMs + 1.75 * (60_000 / rrMs - 60),
  }
}

/** QT that would be prolonged at this rate for each formula: the corrected limit turned back. Drawn as lines on the median. */
export function qtAtLimit(limitMs: number, rrMs: number): QtCorrections {
  const rrS = rrMs / 1000
  return {
    bazettMs: limitMs * Math.sqrt(rrS),
    fridericiaMs: limitMs * Math.cbrt(rrS),
    framinghamMs: limitMs - 154 * (1 - rrS),
    hodgesMs: limitMs - 1.75 * (60_000 / rrMs - 60),
  }
}

export interface SnapPoint {
  timeS: number
  uv: number
}

/** Nearest sample to a time, without snapping; NaN in a gap becomes 0 µV so that a caliper can still be put down. */
export function sampleNear(trace: Trace, timeS: number): SnapPoint {
  const index = Math.round((timeS - trace.firstS) * trace.valuesPerS)
  const clamped = Math.max(0, Math.min(trace.low.length - 1, index))
  const uv = trace.low[clamped] ?? NaN
  return { timeS: trace.firstS + clamped / trace.valuesPerS, uv: Number.isNaN(uv) ? 0 : uv }
}

/** The extreme (peak or trough, whichever departs more from the mean) within `radiusS` of a time. */
export function snapToExtreme(trace: Trace, timeS: number, radiusS: number): SnapPoint {
  const [from, to] = valueRange(trace, timeS - radiusS, 2 * radiusS)
  let sum = 0
  let count = 0
  for (let i = from; i < to; i++) {
    const uv = trace.low[i] ?? NaN
    if (Number.isNaN(uv)) continue
    sum += uv
    count++
  }
  if (count === 0) return sampleNear(trace, timeS)
  const mean = sum / count
  let best = from
  let farthest = -1
  for (let i = from; i < to; i++) {
    const distance = Math.abs((trace.low[i] ?? NaN) - mean)
    if (distance > farthest) {
      farthest = distance
      best = i
    }
  }
  return { timeS: trace.firstS + best / trace.valuesPerS, uv: trace.low[best] ?? 0 }
}

/** The onset or end of a steep wave within `radiusS`: the point of the strongest bend (greatest second difference over 8 ms). */
export function snapToOnset(trace: Trace, timeS: number, radiusS: number): SnapPoint {
  const [from, to] = valueRange(trace, timeS - radiusS, 2 * radiusS)
  const span = Math.max(1, Math.round(0.008 * trace.valuesPerS))
  let best = -1
  let sharpest = 0
  for (let i = Math.max(from, span); i < Math.min(to, trace.low.length - span); i++) {
    const bend = Math.abs((trace.low[i - span] ?? NaN) - 2 * (trace.low[i] ?? NaN) + (trace.low[i + span] ?? NaN))
    const quiet = Math.min(
      Math.abs((trace.low[i] ?? NaN) - (trace.low[i - span] ?? NaN)),
      Math.abs((trace.low[i + span] ?? NaN) - (trace.low[i] ?? NaN)),
    )
    const score = bend - 2 * quiet
    if (score > sharpest) {
      sharpest = score
      best = i
    }
  }
  if (best < 0) return sampleNear(trace, timeS)
  return { timeS: trace.firstS + best / trace.valuesPerS, uv: trace.low[best] ?? 0 }
}

/** Times of the ladder that repeats the caliper's interval over the window, both ways. */
export function marchTimes(fromS: number, toS: number, startS: number, endS: number): number[] {
  const step = Math.abs(toS - fromS)
  if (step < 0.02) return []
  const first = Math.ceil((startS - fromS) / step - 1e-9)
  const last = Math.floor((endS - fromS) / step + 1e-9)
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => fromS + (first + i) * step)
}

/** Intervals that follow from the wave marks, ms; null where a mark is missing. */
export function intervalsOf(marks: WaveMarks): {
  pMs: number | null
  prMs: number | null
  qrsMs: number | null
  qtMs: number | null
} {
  const between = (from: number | null, to: number | null) => (from === null || to === null ? null : to - from)
  return {
    pMs: between(marks.pOnset, marks.pEnd),
    prMs: between(marks.pOnset, marks.qrsOnset),
    qrsMs: between(marks.qrsOnset, marks.qrsEnd),
    qtMs: between(marks.qrsOnset, marks.tEnd),
  }
}

/** Move one mark, kept inside the beat and in the order P on ≤ P off ≤ QRS on ≤ QRS off ≤ T off. */
export function moveMark(marks: WaveMarks, mark: keyof WaveMarks, toMs: number, lengthMs: number): WaveMarks {
  const order = ['pOnset', 'pEnd', 'qrsOnset', 'qrsEnd', 'tEnd'] as const
  const at = order.indexOf(mark)
  const before = order.slice(0, at).map((name) => marks[name] ?? 0)
  const after = order.slice(at + 1).map((name) => marks[name] ?? lengthMs)
  const placed = Math.min(Math.min(lengthMs, ...after), Math.max(0, ...before, toMs))
  return { ...marks, [mark]: placed }
}
