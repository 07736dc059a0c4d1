// Display filters: second-order sections run forward and backward (no phase shift), −3 dB at the named frequency after both runs.
// High-pass and low-pass are Butterworth; the notch has a quality of 25. The printed report uses the same formulas.
import type { DisplayFilters, Trace } from './model.ts'

/** Coefficients b0 b1 b2 a1 a2 of one section, a0 = 1. */
export type Section = readonly [number, number, number, number, number]

/** Two runs of a second-order Butterworth lose 3 dB where one loses 1.5: at this ratio of its own corner frequency. */
const TWO_RUN_RATIO = (Math.SQRT2 - 1) ** 0.25
const NOTCH_QUALITY = 25
const LEAST_SEGMENT = 3

export function lowPass(cutHz: number, fsHz: number): Section {
  const k = Math.tan((Math.PI * cutHz) / fsHz) / TWO_RUN_RATIO
  const norm = 1 / (1 + Math.SQRT2 * k + k * k)
  return [k * k * norm, 2 * k * k * norm, k * k * norm, 2 * (k * k - 1) * norm, (1 - Math.SQRT2 * k + k * k) * norm]
}

export function highPass(cutHz: number, fsHz: number): Section {
  const k = Math.tan((Math.PI * cutHz) / fsHz) * TWO_RUN_RATIO
  const norm = 1 / (1 + Math.SQRT2 * k + k * k)
  return [norm, -2 * norm, norm, 2 * (k * k - 1) * norm, (1 - Math.SQRT2 * k + k * k) * norm]
}

export function notch(hz: number, fsHz: number): Section {
  const w = (2 * Math.PI * hz) / fsHz
  const alpha = Math.sin(w) / (2 * NOTCH_QUALITY)
  const norm = 1 / (1 + alpha)
  return [norm, -2 * Math.cos(w) * norm, norm, -2 * Math.cos(w) * norm, (1 - alpha) * norm]
}

/** The sections that can act at this sampling rate; a frequency at or above half of it is left out. */
export function sectionsFor(filters: DisplayFilters, fsHz: number): Section[] {
  const sections: Section[] = []
  const fits = (hz: number | null): hz is number => hz !== null && hz < fsHz / 2
  if (fits(filters.highPassHz)) sections.push(highPass(filters.highPassHz, fsHz))
  if (fits(filters.lowPassHz)) sections.push(lowPass(filters.lowPassHz, fsHz))
  if (fits(filters.notchHz)) sections.push(notch(filters.notchHz, fsHz))
  return sections
}

/** Samples mirrored at each end before filtering: one period of the slowest filter, at most the whole segment. */
export function padLength(filters: DisplayFilters, fsHz: number, n: number): number {
  const slowestHz = filters.highPassHz ?? 2
  return Math.max(0, Math.min(n - 1, Math.ceil(fsHz / slowestHz)))
}

/** Filter one lead; each stretch between gaps by itself, so that a gap stays exactly as long as it is. */
export function applyFilters(values: Float32Array, fsHz: number, filters: DisplayFilters): Float32Array {
  const sections = sectionsFor(filters, fsHz)
  if (sections.length === 0) return values
  const out = new Float32Array(values)
  let from = 0
  while (from < values.length) {
    if (Number.isNaN(values[from])) {
      from++
      continue
    }
    let to = from
    while (to < values.length && !Number.isNaN(values[to])) to++
    if (to - from >= LEAST_SEGMENT) {
      out.set(twoRuns(sections, values.subarray(from, to), padLength(filters, fsHz, to - from)), from)
    }
    from = to
  }
  return out
}

/** Filter forward and backward over the segment with `pad` samples mirrored oddly at each end. */
export function twoRuns(sections: readonly Section[], segment: ArrayLike<number>, pad: number): Float64Array {
  const n = segment.length
  const work = new Float64Array(n + 2 * pad)
  const first = segment[0] ?? 0
  const last = segment[n - 1] ?? 0
  for (let i = 0; i < pad; i++) {
    work[i] = 2 * first - (segment[pad - i] ?? 0)
    work[pad + n + i] = 2 * last - (segment[n - 2 - i] ?? 0)
  }
  for (let i = 0; i < n; i++) work[pad + i] = segment[i] ?? 0
  for (const section of sections) runSection(section, work)
  work.reverse()
  for (const section of sections) runSection(section, work)
  work.reverse()
  return work.slice(pad, pad + n)
}

/** One section in place (transposed form II), started in the steady state of the first sample. */
function runSection([b0, b1, b2, a1, a2]: Section, work: Float64Array): void {
  const start = work[0] ?? 0
  const dcGain = (b0 + b1 + b2) / (1 + a1 + a2)
  let z1 = (dcGain - b0) * start
  let z2 = (b2 - a2 * dcGain) * start
  for (let i = 0; i < work.length; i++) {
    const x = work[i] ?? 0
    const y = b0 * x + z1
    z1 = b1 * x - a1 * y + z2
    z2 = b2 * x - a2 * y
    work[i] = y
  }
}

/** A filtered copy of a trace. Pairs of a coarser level are left as they are: minima and maxima cannot be filtered. */
export function filterTrace(trace: Trace, filters: DisplayFilters): Trace {
  if (trace.low !== trace.high) return trace
  const filtered = applyFilters(trace.low, trace.valuesPerS, filters)
  return { ...trace, low: filtered, high: filtered }
}

/** Filters in the words of the paper, for example "0.05-150 Hz · ~50 Hz". */
export function filterText(filters: DisplayFilters): string {
  const { highPassHz, lowPassHz, notchHz } = filters
  const band =
    highPassHz !== null && lowPassHz !== null
      ? `${highPassHz}–${lowPassHz} Hz`
      : highPassHz !== null
        ? `≥ ${highPassHz} Hz`
        : lowPassHz !== null
          ? `≤ ${lowPassHz} Hz`
          : ''
  return [band, notchHz === null ? '' : `~${notchHz} Hz`].filter(Boolean).join(' · ')
}
