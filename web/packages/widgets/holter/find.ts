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
  const code = wanted.label ? codeOf(wanted.label) : -1
  const sign = wanted.criterion === 'longest_rr' || wanted.criterion === 'fastest' ? -1 : 1
  const rates = wanted.criterion === 'slowest' || wanted.criterion === 'fastest'
  const values = new Float32Array(beats.samples.length).fill(NaN)
  for (let i = 1; i < values.length; i++) {
    const atS = secondsOf(beats, i)
    if (atS < wanted.fromS || atS > wanted.toS || (code >= 0 && beats.classes[i] !== code)) continue
    values[i] = sign * valueOf(beats, i, wanted.criterion)
  }
  const places = rates ? bestOfMinutes(beats, values) : bestOf(values, most)
  places.sort((one, other) => (values[one] ?? 0) - (values[other] ?? 0) || one - other)
  return places.slice(0, most).map((index) => ({
    index,
    atS: secondsOf(beats, index),
    value: sign * (values[index] ?? NaN),
  }))
}

/** Places of the least values: sorting bare numbers tells the limit, so that a day of beats need not be sorted. */
function bestOf(values: Float32Array, most: number): number[] {
  const sorted = values.filter((value) => value === value).sort()
  const limit = sorted[Math.min(most, sorted.length) - 1] ?? NaN
  const found: number[] = []
  values.forEach((value, index) => value <= limit && found.push(index))
  return found
}

/** Rates of one stretch overlap: the best place of every minute. */
function bestOfMinutes(beats: HolterBeats, values: Float32Array): number[] {
  const best = new Map<number, number>()
  values.forEach((value, index) => {
    if (value !== value) return
    const minute = Math.floor(secondsOf(beats, index) / 60)
    const known = best.get(minute)
    if (known === undefined || value < (values[known] ?? Infinity)) best.set(minute, index)
  })
  return [...best.values()]
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
