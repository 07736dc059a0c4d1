// Grades A–D of leads and recording without the server: the tests of engine/quality/grade.py in the browser.
// tests/test_station_quality.py holds both against each other on the same signals.
import { boxMean, lowPass, median, range } from './filters.ts'
import { LIMB_LEADS, WORK_HZ, type Signals, type Traces } from './leads.ts'

export type Grade = 'A' | 'B' | 'C' | 'D'

export interface LeadVerdict {
  grade: Grade
  faults: string[]
}

/** Limits of the rule set `criteria`, keys `quality.*` (ecg.md section 10). */
export const LIMITS = {
  flatUv: 10,
  wanderUv: 500,
  mainsUv: 50,
  muscleUv: 60,
  einthovenUv: 40,
  badSecondsShare: 0.3,
  leadsForD: 4,
  spikeUv: 5000,
  railShare: 0.05,
  railUv: 3000,
} as const

const serious = new Set(['lead_off', 'saturated', 'missing'])
const order: readonly Grade[] = ['A', 'B', 'C', 'D']
const worse = (one: Grade, other: Grade): Grade => (order.indexOf(one) > order.indexOf(other) ? one : other)

function seconds(size: number): Array<readonly [number, number]> {
  const count = Math.max(1, Math.floor(size / WORK_HZ))
  if (size < WORK_HZ) return [[0, size]]
  return Array.from({ length: count }, (_, second) => [second * WORK_HZ, (second + 1) * WORK_HZ] as const)
}

/** RMS of a mains frequency in one second: the median over tenths keeps QRS out. */
function mainsRms(uv: Float64Array, from: number, to: number, mainsHz: number): number {
  const width = Math.floor((to - from) / 10)
  if (to - from < 50) return 0
  const turn = (2 * Math.PI * mainsHz) / WORK_HZ
  const sizes: number[] = []
  for (let piece = 0; piece < 10; piece++) {
    let cosine = 0
    let sine = 0
    for (let at = 0; at < width; at++) {
      const value = uv[from + piece * width + at] ?? 0
      cosine += value * Math.cos(turn * at)
      sine += value * Math.sin(turn * at)
    }
    sizes.push((Math.hypot(cosine, sine) * 2) / width)
  }
  return median(sizes) / Math.SQRT2
}

const share = (flags: readonly boolean[]) => flags.filter(Boolean).length / Math.max(1, flags.length)

function faultsOf(uv: Float64Array, gaps: Uint8Array | null): string[] {
  const parts = seconds(uv.length)
  const torn = (from: number, to: number) => gaps !== null && gaps.subarray(from, to).includes(1)
  const quick = lowPass(uv, WORK_HZ, 35).map((slow, at) => Math.abs((uv[at] ?? 0) - slow))
  const envelope = boxMean(quick, Math.round(0.04 * WORK_HZ))
  const mains = parts.map(([from, to]) => Math.max(mainsRms(uv, from, to, 50), mainsRms(uv, from, to, 60)))
  const muscle = parts.map(([from, to], index) => {
    const quiet = median(envelope.subarray(from, to).map(Math.abs)) * 1.25
    return Math.sqrt(Math.max(quiet ** 2 - (mains[index] ?? 0) ** 2, 0))
  })
  const lost = gaps ? gaps.reduce((sum, one) => sum + one, 0) / Math.max(1, gaps.length) : 0
  let step = 0
  for (let at = 1; at < uv.length; at++) step = Math.max(step, Math.abs((uv[at] ?? 0) - (uv[at - 1] ?? 0)))
  const least = LIMITS.badSecondsShare
  const tests: ReadonlyArray<readonly [string, boolean]> = [
    ['lead_off', share(parts.map(([from, to]) => range(uv, from, to) < LIMITS.flatUv && !torn(from, to))) >= least],
    ['missing', lost >= least],
    ['gaps', lost > 0 && lost < least],
    ['wander', range(lowPass(uv, WORK_HZ, 0.5)) > LIMITS.wanderUv],
    ['mains', share(mains.map((rms) => rms > LIMITS.mainsUv)) >= least],
    ['muscle', share(muscle.map((rms) => rms > LIMITS.muscleUv)) >= least],
    ['spikes', step > LIMITS.spikeUv],
  ]
  return tests.filter(([, met]) => met).map(([fault]) => fault)
}

/** Whether a lead stands at its largest or smallest value for a while, far from zero. */
function atRail(uv: Float64Array): boolean {
  const known = uv.filter((value) => !Number.isNaN(value))
  if (known.length < 10) return false
  let low = Infinity
  let high = -Infinity
  for (const value of known) {
    low = Math.min(low, value)
    high = Math.max(high, value)
  }
  if (low === high) return false
  const stands = (edge: number) => known.filter((value) => value === edge).length / known.length >= LIMITS.railShare
  return [low, high].some((edge) => Math.abs(edge) > LIMITS.railUv && stands(edge))
}

function leadGrade(faults: readonly string[]): Grade {
  if (faults.some((fault) => serious.has(fault))) return 'D'
  return order[Math.min(2, faults.length)] ?? 'C'
}

/** The median of |I − II + III| in µV, null where a lead is derived or missing. */
function einthovenUv(signals: Signals): number | null {
  if (['I', 'II', 'III'].some((name) => !signals.names.includes(name) || signals.derived.has(name))) return null
  const [one, two, three] = ['I', 'II', 'III'].map((name) => signals.uv[signals.names.indexOf(name)])
  if (!one || !two || !three) return null
  return median(one.map((value, at) => Math.abs(value - (two[at] ?? 0) + (three[at] ?? 0))))
}

/** Grade each lead and the whole recording. */
export function gradeSignals(signals: Signals, raw: Traces): { grade: Grade; leads: Record<string, LeadVerdict> } {
  const leads: Record<string, LeadVerdict> = {}
  signals.names.forEach((name, index) => {
    const uv = signals.uv[index] ?? new Float64Array()
    const found = faultsOf(uv, signals.gaps[index] ?? null)
    const source = raw.uv[raw.names.indexOf(name)]
    if (source && atRail(source)) found.push('saturated')
    leads[name] = { grade: leadGrade(found), faults: found }
  })
  const error = einthovenUv(signals)
  if (error !== null && error > LIMITS.einthovenUv) {
    for (const name of LIMB_LEADS) {
      const lead = leads[name]
      if (lead) leads[name] = { grade: worse(lead.grade, 'B'), faults: [...lead.faults, 'einthoven'] }
    }
  }
  for (const name of signals.missing) leads[name] = { grade: 'D', faults: ['missing'] }
  return { grade: wholeGrade(leads, signals.derived), leads }
}

function wholeGrade(leads: Record<string, LeadVerdict>, derived: ReadonlySet<string>): Grade {
  const lost = Object.keys(leads).filter((name) => leads[name]?.grade === 'D')
  const limbs = lost.filter((name) => (LIMB_LEADS as readonly string[]).includes(name) && !derived.has(name))
  if (lost.length >= LIMITS.leadsForD || limbs.length >= 2) return 'D'
  if (lost.length > 0) return 'C'
  const grades = Object.values(leads).map((lead) => lead.grade)
  const count = (grade: Grade) => grades.filter((one) => one === grade).length
  if (count('C') >= 3 || count('B') >= 9) return 'C'
  return grades.some((grade) => grade !== 'A') ? 'B' : 'A'
}
