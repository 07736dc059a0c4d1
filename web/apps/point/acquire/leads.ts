// The leads of a recording in µV, standard leads first, those that a device leaves out computed from I and II.
import { resampled } from './filters.ts'

export const LIMB_LEADS = ['I', 'II', 'III', 'aVR', 'aVL', 'aVF'] as const
export const CHEST_LEADS = ['V1', 'V2', 'V3', 'V4', 'V5', 'V6'] as const
export const STANDARD_LEADS: readonly string[] = [...LIMB_LEADS, ...CHEST_LEADS]
export const WORK_HZ = 500

/** What came from a device or a file: µV, NaN where a sample is missing. */
export interface Traces {
  fsHz: number
  names: readonly string[]
  uv: readonly Float64Array[]
}

/** Leads ready to judge: 500 Hz, gaps bridged and marked, derived leads filled in. */
export interface Signals {
  names: string[]
  uv: Float64Array[]
  gaps: Array<Uint8Array | null>
  derived: Set<string>
  missing: string[]
}

const sums: Readonly<Record<string, readonly [number, number]>> = {
  III: [-1, 1],
  aVR: [-0.5, -0.5],
  aVL: [1, -0.5],
  aVF: [-0.5, 1],
}

function bridge(uv: Float64Array): { uv: Float64Array; gaps: Uint8Array | null } {
  if (!uv.some(Number.isNaN)) return { uv, gaps: null }
  const out = Float64Array.from(uv)
  const gaps = new Uint8Array(uv.length)
  let from = -1
  for (let at = 0; at <= uv.length; at++) {
    const known = at < uv.length && !Number.isNaN(uv[at] ?? NaN)
    if (!known) {
      if (at < uv.length) gaps[at] = 1
      continue
    }
    if (at - from > 1) fill(out, from, at)
    from = at
  }
  if (from < uv.length - 1) out.fill(from < 0 ? 0 : (uv[from] ?? 0), from + 1)
  return { uv: out, gaps }
}

function fill(out: Float64Array, from: number, to: number): void {
  const end = out[to] ?? 0
  const start = from < 0 ? end : (out[from] ?? 0)
  for (let at = from + 1; at < to; at++) out[at] = start + ((end - start) * (at - from)) / (to - from)
}

/** The standard leads at 500 Hz; III and the augmented leads come from I and II where they are absent. */
export function standardLeads(traces: Traces): Signals {
  const found = new Map<string, { uv: Float64Array; gaps: Uint8Array | null }>()
  const length = Math.min(...traces.uv.map((row) => row.length))
  traces.names.forEach((name, index) => {
    const row = traces.uv[index]?.subarray(0, length)
    if (!row || found.has(name)) return
    const whole = bridge(row)
    const gaps = whole.gaps && traces.fsHz !== WORK_HZ ? stretched(whole.gaps, WORK_HZ / traces.fsHz) : whole.gaps
    found.set(name, { uv: resampled(whole.uv, traces.fsHz, WORK_HZ), gaps })
  })
  const derived = new Set<string>()
  const one = found.get('I')
  const two = found.get('II')
  if (one && two) {
    for (const [name, [a, b]] of Object.entries(sums)) {
      if (found.has(name)) continue
      const uv = one.uv.map((value, at) => a * value + b * (two.uv[at] ?? 0))
      found.set(name, { uv, gaps: one.gaps ?? two.gaps })
      derived.add(name)
    }
  }
  const names = [
    ...STANDARD_LEADS.filter((name) => found.has(name)),
    ...[...found.keys()].filter((name) => !STANDARD_LEADS.includes(name)),
  ]
  const rows = names.flatMap((name) => found.get(name) ?? [])
  return {
    names,
    uv: rows.map((row) => row.uv),
    gaps: rows.map((row) => row.gaps),
    derived,
    missing: STANDARD_LEADS.filter((name) => !found.has(name)),
  }
}

function stretched(gaps: Uint8Array, factor: number): Uint8Array {
  const out = new Uint8Array(Math.round(gaps.length * factor))
  for (let at = 0; at < out.length; at++) out[at] = gaps[Math.min(gaps.length - 1, Math.floor(at / factor))] ?? 0
  return out
}
