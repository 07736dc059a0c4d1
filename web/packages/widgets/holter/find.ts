// Look for beats by criterion over the whole recording: longest and shortest RR, slowest and fastest rate, premature beats.
import { type HolterBeats, codeOf, rrBefore, secondsOf } from './beats.ts'

export type Criterion = 'longest_rr' | 'shortest_rr' | 'slowest' | 'fastest' | 'premature'

export interface Wanted {
  criterion: Criterion
  /** Class of the beat at the end of the interval; empty for any. */
  label: string
  /** Only between these seconds of the recording. */
  fromS: number
  toS: number
}

export interface Hit {
  index: number
  atS: number
  /** ms for intervals, 1/min for rates, per cent of the usual interval for premature beats. */
  value: number
}

const RATE_INTERVALS = 8
const PREMATURE_PCT = 80
const LONGEST_MS = 10_000
const SHORTEST_MS = 200

/** The best hits, best first. Beats in stretches that cannot be read, and the intervals across them, do not count. */
export function findBeats(beats: HolterBeats, wanted: Wanted, most: number): Hit[] {
  const hits: Hit[] = []
  const code = wanted.label ? codeOf(wanted.label) : -1
  for (let i = 1; i < beats.samples.length; i++) {
    const atS = secondsOf(beats, i)
    if (atS < wanted.fromS || atS > wanted.toS) continue
    if (code >= 0 && beats.classes[i] !== code) continue
    const value = valueOf(beats, i, wanted.criterion)
    if (value === value) hits.push({ index: i, atS, value })
  }
  const descending = wanted.criterion === 'longest_rr' || wanted.criterion === 'fastest'
  hits.sort((one, other) => (descending ? other.value - one.value : one.value - other.value))
  return wanted.criterion === 'slowest' || wanted.criterion === 'fastest' ? apart(hits, most) : hits.slice(0, most)
}

function readableRr(beats: HolterBeats, index: number): number {
  if (index < 1 || beats.unreadable[index] || beats.unreadable[index - 1]) return NaN
  const rr = rrBefore(beats, index)
  return rr >= SHORTEST_MS && rr <= LONGEST_MS ? rr : NaN
}

function valueOf(beats: HolterBeats, index: number, criterion: Criterion): number {
  if (criterion === 'longest_rr' || criterion === 'shortest_rr') return readableRr(beats, index)
  if (criterion === 'premature') return prematurity(beats, index)
  let sum = 0
  for (let i = index - RATE_INTERVALS + 1; i <= index; i++) sum += readableRr(beats, i)
  return (60_000 * RATE_INTERVALS) / sum
}

/** The interval before a beat in per cent of the mean of the three before it; NaN where it is not premature. */
function prematurity(beats: HolterBeats, index: number): number {
  const usual = (readableRr(beats, index - 1) + readableRr(beats, index - 2) + readableRr(beats, index - 3)) / 3
  const share = (100 * readableRr(beats, index)) / usual
  return share <= PREMATURE_PCT ? share : NaN
}

/** Rates of one stretch overlap: keep one hit of every minute. */
function apart(hits: readonly Hit[], most: number): Hit[] {
  const kept: Hit[] = []
  for (const hit of hits) {
    if (kept.length >= most) break
    if (kept.every((one) => Math.abs(one.atS - hit.atS) > 60)) kept.push(hit)
  }
  return kept
}
