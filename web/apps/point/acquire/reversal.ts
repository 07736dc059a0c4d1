// Swapped cables seen in the mean beat: the rules of engine/quality/reversal.py on the station's own simpler measures.
import { boxMean, percentile, range } from './filters.ts'
import { CHEST_LEADS, LIMB_LEADS, type Signals } from './leads.ts'
import { meanBeat, qrsToT, type LeadShape, type MeanBeat } from './beats.ts'

const FLAT_UV = 120
const nothing: LeadShape = { p: 0, qrs: 0, qrsRange: 0, r: 0, s: 0, t: 0 }
const swaps = [
  [0, 1],
  [1, 2],
  [2, 3],
  [3, 4],
  [4, 5],
  [0, 5],
  [0, 2],
] as const

/** Codes of suspected reversals (RA_LA, RA_LL, RA_RL, LA_RL, LA_LL, V1_V2 …). */
export function findReversals(signals: Signals): string[] {
  const beat = meanBeat(signals)
  if (!beat) return []
  return [...limb(signals, beat), ...chest(beat)]
}

function quickRange(signals: Signals, name: string): number {
  const uv = signals.uv[signals.names.indexOf(name)]
  if (!uv || uv.length <= 400) return 0
  const slow = boxMean(uv, 101)
  const quick = uv.map((value, at) => value - (slow[at] ?? 0)).slice(100, -100)
  return percentile(quick, 0.997) - percentile(quick, 0.003)
}

/** A limb lead that holds nothing but noise: tiny against lead I. */
function isFlat(signals: Signals, name: string): boolean {
  if (!signals.names.includes(name) || !signals.names.includes('I')) return false
  const own = quickRange(signals, name)
  return own < FLAT_UV && own < 0.25 * quickRange(signals, 'I')
}

function limb(signals: Signals, beat: MeanBeat): string[] {
  const of = (name: string) => beat.shapes.get(name) ?? nothing
  const [one, two, three, six, avr] = ['I', 'II', 'III', 'V6', 'aVR'].map(of) as [
    LeadShape,
    LeadShape,
    LeadShape,
    LeadShape,
    LeadShape,
  ]
  if (Math.max(...LIMB_LEADS.map((name) => of(name).qrsRange)) > 400) {
    const flat = { two: isFlat(signals, 'II'), three: isFlat(signals, 'III') }
    if (flat.two && !flat.three) return ['RA_RL']
    if (flat.three && !flat.two) return ['LA_RL']
  }
  const upright = six.qrs > 100
  const sinus = beat.regular && Math.max(Math.abs(one.p), Math.abs(two.p), Math.abs(three.p)) > 40
  if (two.qrs < -60 && two.p < -20 && two.t < 0 && upright) return ['RA_LL']
  const tDown = one.t < -20
  const avrUp = avr.qrs > 0 || avr.p > 15
  if (upright && one.qrs < -60 && (one.p < -15 || (!sinus && tDown)) && (tDown || avrUp)) return ['RA_LA']
  if (sinus && one.p > 1.6 * two.p + 40 && three.p < -20 && three.qrs < 0) return ['LA_LL']
  return []
}

/** How rough the row of chest leads is: differences between neighbours against the size of the signal. */
function roughness(rows: readonly Float64Array[]): number {
  const size = rows[0]?.length ?? 0
  let power = 0
  let first = 0
  let second = 0
  for (let lead = 0; lead < rows.length; lead++) {
    for (let at = 0; at < size; at++) {
      const here = rows[lead]?.[at] ?? 0
      const next = rows[lead + 1]?.[at] ?? 0
      power += here ** 2
      if (lead + 1 < rows.length) first += (next - here) ** 2
      if (lead + 2 < rows.length) second += ((rows[lead + 2]?.[at] ?? 0) - 2 * next + here) ** 2
    }
  }
  const scale = power / (rows.length * size)
  return (first / ((rows.length - 1) * size) + second / ((rows.length - 2) * size)) / scale
}

function chest(beat: MeanBeat): string[] {
  const rows = CHEST_LEADS.flatMap((name) => beat.rows.get(name) ?? []).map(qrsToT)
  if (rows.length < CHEST_LEADS.length || rows.some((row) => range(row) < 100)) return []
  const now = roughness(rows)
  let best = { name: '', left: 0, right: 0, rough: now }
  for (const [left, right] of swaps) {
    const order = [...rows]
    const held = order[left]
    const other = order[right]
    if (!held || !other) continue
    order[left] = other
    order[right] = held
    const rough = roughness(order)
    if (rough < best.rough) best = { name: `V${left + 1}_V${right + 1}`, left, right, rough }
  }
  const ratio = (index: number) => {
    const shape = beat.shapes.get(CHEST_LEADS[index] ?? '') ?? nothing
    return shape.r / Math.max(-shape.s, 50)
  }
  return best.name && best.rough < 0.72 * now && ratio(best.left) > ratio(best.right) ? [best.name] : []
}
