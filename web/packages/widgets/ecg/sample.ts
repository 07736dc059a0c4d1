// A made-up ECG for the gallery and the bench: sums of bell curves, no person's data and no clinical claim.
import { type EcgRecording, type EcgSignal, type LeadSamples, MISSING } from './model.ts'

const STANDARD = ['I', 'II', 'III', 'aVR', 'aVL', 'aVF', 'V1', 'V2', 'V3', 'V4', 'V5', 'V6']
const UV_PER_LSB = 2.5
/** Bells of one beat: centre s, width s, height µV in I, II, V1 … V6. */
const BELLS: readonly (readonly [number, number, readonly number[]])[] = [
  [-0.17, 0.022, [60, 110, 40, 60, 65, 60, 55, 50]],
  [-0.022, 0.008, [-60, -90, 0, 0, -30, -60, -90, -80]],
  [0, 0.011, [650, 1050, 250, 550, 900, 1500, 1600, 1200]],
  [0.026, 0.01, [-90, -180, -900, -1400, -900, -550, -250, -120]],
  [0.27, 0.045, [180, 300, -60, 350, 420, 400, 330, 260]],
]

function wave(channel: number, phaseS: number): number {
  let uv = 0
  for (const [centre, width, heights] of BELLS) {
    const x = (phaseS - centre) / width
    if (Math.abs(x) < 5) uv += (heights[channel] ?? 0) * Math.exp(-x * x)
  }
  return uv
}

/** A small generator with a fixed start, so that every run draws the same. */
function noise(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32 - 0.5
  }
}

function leadOf(name: string, uv: (index: number) => number, length: number): LeadSamples {
  const low = Int16Array.from({ length }, (_, i) => Math.round(uv(i) / UV_PER_LSB))
  return { name, uvPerLsb: UV_PER_LSB, low, high: low }
}

function signalOf(channels: readonly Float64Array[], fsHz: number, length: number): EcgSignal {
  const at = (channel: number, i: number) => channels[channel]?.[i] ?? 0
  const sums: ((i: number) => number)[] = [
    (i) => at(0, i),
    (i) => at(1, i),
    (i) => at(1, i) - at(0, i),
    (i) => -(at(0, i) + at(1, i)) / 2,
    (i) => at(0, i) - at(1, i) / 2,
    (i) => at(1, i) - at(0, i) / 2,
  ]
  const leads = STANDARD.map((name, index) => leadOf(name, sums[index] ?? ((i) => at(index - 4, i)), length))
  return { fsHz, level: 0, firstSample: 0, length, leads }
}

/** Twelve leads of `seconds` at 72 beats per minute, with some noise and, if wanted, a gap in V2. */
export function sampleRecording(seconds = 10, fsHz = 500, withGap = false): EcgRecording {
  const length = seconds * fsHz
  const rrS = 60 / 72
  const random = noise(20261123)
  const channel = (index: number) =>
    Float64Array.from({ length }, (_, i) => wave(index, ((i / fsHz + 0.4) % rrS) - 0.35) + 12 * random())
  const signal = signalOf(
    Array.from({ length: 8 }, (_, index) => channel(index)),
    fsHz,
    length,
  )
  const gap = signal.leads.find((lead) => lead.name === 'V2')
  if (withGap && gap) gap.low.fill(MISSING, Math.round(6 * fsHz), Math.round(6.4 * fsHz))
  const beatLength = Math.round(0.8 * fsHz)
  const beat = (index: number) => Float64Array.from({ length: beatLength }, (_, i) => wave(index, i / fsHz - 0.3))
  return {
    id: 'sample',
    signal,
    median: signalOf(
      Array.from({ length: 8 }, (_, index) => beat(index)),
      fsHz,
      beatLength,
    ),
    marks: { pOnset: 84, pEnd: 176, qrsOnset: 262, qrsEnd: 350, tEnd: 660 },
    beats: Array.from({ length: Math.floor(seconds / rrS) }, (_, i) => ({
      timeS: (i + 1) * rrS - 0.05,
      beatClass: 'N',
    })),
    measurements: [
      { key: 'ventricular_rate', label: 'HR', value: 72, unit: '1/min' },
      { key: 'pr_ms', label: 'PR', value: 178, unit: 'ms' },
      { key: 'qrs_ms', label: 'QRS', value: 88, unit: 'ms' },
      { key: 'qtc_fridericia_ms', label: 'QTcF', value: 423, unit: 'ms' },
      { key: 'qrs_axis_deg', label: 'QRS axis', value: null, unit: '°' },
    ],
    ratePerMin: 72,
  }
}
