// Every beat of a long recording in typed arrays (docs/algorithms/ecg-holter-station.md), and what is reckoned from them.

export const BEAT_CLASSES = ['N', 'S', 'V', 'F', 'P', 'Q'] as const
export type BeatLetter = (typeof BEAT_CLASSES)[number]

/** Beats in time order; `samples` name them, `classes` are ASCII codes of their letters. Never changed in place. */
export interface HolterBeats {
  fsHz: number
  /** Number of edits that this state includes. */
  edits: number
  samples: Int32Array
  templates: Uint16Array
  classes: Uint8Array
  unreadable: Uint8Array
}

const MAGIC = 0x42484d54
const HEADER_BYTES = 16
/** Below this many the beats between two wanted ones are leapt over, above they are walked. */
const SPARSE = 500

export class BeatsError extends Error {}

/** Read the server's answer; throws BeatsError for bytes that are no beat list. */
export function decodeBeats(buffer: ArrayBuffer): HolterBeats {
  const view = new DataView(buffer)
  if (buffer.byteLength < HEADER_BYTES || view.getUint32(0, true) !== MAGIC) throw new BeatsError('not a beat list')
  const count = view.getUint32(4, true)
  if (buffer.byteLength !== HEADER_BYTES + 8 * count) throw new BeatsError('beat list of wrong length')
  const templatesAt = HEADER_BYTES + 4 * count
  return {
    fsHz: view.getFloat32(12, true),
    edits: view.getUint32(8, true),
    samples: new Int32Array(buffer, HEADER_BYTES, count),
    templates: new Uint16Array(buffer, templatesAt, count),
    classes: new Uint8Array(buffer, templatesAt + 2 * count, count),
    unreadable: new Uint8Array(buffer, templatesAt + 3 * count, count),
  }
}

export const codeOf = (letter: string): number => letter.charCodeAt(0)
export const letterOf = (code: number | undefined): string => String.fromCharCode(code ?? 81)

/** Seconds of a beat from the start of the recording. */
export function secondsOf(beats: HolterBeats, index: number): number {
  return (beats.samples[index] ?? 0) / beats.fsHz
}

/** Interval from the beat before in ms; NaN for the first one. */
export function rrBefore(beats: HolterBeats, index: number): number {
  if (index < 1 || index >= beats.samples.length) return NaN
  return (((beats.samples[index] ?? 0) - (beats.samples[index - 1] ?? 0)) * 1000) / beats.fsHz
}

/** First beat at or after an instant. */
export function firstFrom(beats: HolterBeats, atS: number): number {
  const wanted = atS * beats.fsHz
  let low = 0
  let high = beats.samples.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((beats.samples[middle] ?? 0) < wanted) low = middle + 1
    else high = middle
  }
  return low
}

/** The beat nearest to an instant; −1 where there is none. */
export function nearestBeat(beats: HolterBeats, atS: number): number {
  const after = firstFrom(beats, atS)
  if (beats.samples.length === 0) return -1
  if (after === 0) return 0
  if (after === beats.samples.length) return after - 1
  return atS - secondsOf(beats, after - 1) < secondsOf(beats, after) - atS ? after - 1 : after
}

/** Indices of the beats that were named by sample; those that are gone are left out. */
export function placesOf(beats: HolterBeats, samples: ArrayLike<number>): Int32Array {
  const wanted = Int32Array.from(samples).sort()
  const found = new Int32Array(wanted.length)
  let many = 0
  let at = wanted.length > 0 ? Math.max(0, firstFrom(beats, (wanted[0] ?? 0) / beats.fsHz) - 1) : 0
  for (const sample of wanted) {
    if (wanted.length < SPARSE) at = Math.max(at, firstFrom(beats, sample / beats.fsHz) - 1)
    while (at < beats.samples.length && (beats.samples[at] ?? 0) < sample) at++
    if (beats.samples[at] === sample) found[many++] = at
  }
  return found.slice(0, many)
}

export interface ClusterCount {
  number: number
  beats: number
  byClass: Record<string, number>
  /** The commonest class of its beats. */
  label: string
}

/** Beats of every template by class, the largest template first. */
export function clusterCounts(beats: HolterBeats): ClusterCount[] {
  const { templates, classes } = beats
  const most = templates.reduce((high, number) => Math.max(high, number), 0)
  const table = new Uint32Array((most + 1) * 128)
  for (let i = 0; i < templates.length; i++) {
    const at = (templates[i] ?? 0) * 128 + ((classes[i] ?? 81) & 127)
    table[at] = (table[at] ?? 0) + 1
  }
  const rows: ClusterCount[] = []
  for (let number = 0; number <= most; number++) {
    const row = countOf(number, table.subarray(number * 128, number * 128 + 128))
    if (row.beats > 0) rows.push(row)
  }
  return rows.sort((one, other) => other.beats - one.beats || one.number - other.number)
}

function countOf(number: number, row: Uint32Array): ClusterCount {
  const byClass: Record<string, number> = {}
  let label = 'Q'
  let beats = 0
  for (const letter of BEAT_CLASSES) {
    const many = row[codeOf(letter)] ?? 0
    if (many === 0) continue
    if (many > (byClass[label] ?? 0)) label = letter
    byClass[letter] = many
    beats += many
  }
  return { number, beats, byClass, label }
}

/** How many beats each class has. */
export function classCounts(beats: HolterBeats): Record<BeatLetter, number> {
  const counts = { N: 0, S: 0, V: 0, F: 0, P: 0, Q: 0 }
  const row = new Uint32Array(256)
  for (const code of beats.classes) row[code] = (row[code] ?? 0) + 1
  for (const letter of BEAT_CLASSES) counts[letter] = row[codeOf(letter)] ?? 0
  return counts
}

/** Indices of the beats of some templates. */
export function membersOf(beats: HolterBeats, clusters: readonly number[]): Int32Array {
  const wanted = new Set(clusters)
  const found: number[] = []
  for (let i = 0; i < beats.templates.length; i++) if (wanted.has(beats.templates[i] ?? -1)) found.push(i)
  return Int32Array.from(found)
}
