// Full disclosure: one lead of up to an hour as rows of a minute, every column a bar from minimum to maximum in the colour of its beat.
import type { EcgSignal, LeadSamples } from '../ecg/model.ts'
import { type HolterBeats, firstFrom, letterOf } from './beats.ts'
import { CLASS_COLOURS } from './colours.ts'

export interface DisclosureView {
  startS: number
  rowS: number
  rows: number
  gainPxPerMv: number
}

const MISSING = -32768
/** Half the width of a beat that is shown in the colour of its class. */
const BEAT_S = 0.25

/** ABGR for little-endian canvases. */
function abgr(colour: string, alpha = 255): number {
  const value = Number.parseInt(colour.slice(1), 16)
  return ((alpha << 24) | ((value & 255) << 16) | (value & 0xff00) | (value >> 16)) >>> 0
}

const INK = new Map(Object.entries(CLASS_COLOURS).map(([letter, colour]) => [letter, abgr(colour)]))
const PAPER = abgr('#fffdfb')
const RULE = abgr('#f1dedb')
const SELECTED = abgr('#d6e6fb')

/** Paint rows into `pixels` (one u32 per device pixel); the place of every second is row and column. */
export function paintDisclosure(
  pixels: Uint32Array,
  width: number,
  height: number,
  view: DisclosureView,
  tiles: readonly EcgSignal[],
  beats: HolterBeats,
  selected: ReadonlySet<number>,
): void {
  pixels.fill(PAPER)
  const rowPx = height / view.rows
  const colours = new Uint32Array(width)
  for (let row = 0; row < view.rows; row++) {
    const top = Math.round(row * rowPx)
    const startS = view.startS + row * view.rowS
    pixels.fill(RULE, top * width, top * width + width)
    colours.fill(INK.get('N') ?? 0)
    colourBeats(colours, pixels, { width, top, rowPx, startS, rowS: view.rowS }, beats, selected)
    for (const tile of tiles) paintRow(pixels, colours, { width, height, top, rowPx, startS, view }, tile)
  }
}

interface RowPlace {
  width: number
  top: number
  rowPx: number
  startS: number
  rowS: number
}

function colourBeats(
  colours: Uint32Array,
  pixels: Uint32Array,
  place: RowPlace,
  beats: HolterBeats,
  selected: ReadonlySet<number>,
): void {
  const pxPerS = place.width / place.rowS
  for (let i = firstFrom(beats, place.startS - BEAT_S); i < beats.samples.length; i++) {
    const at = (beats.samples[i] ?? 0) / beats.fsHz - place.startS
    if (at > place.rowS + BEAT_S) break
    const from = Math.max(0, Math.round((at - BEAT_S) * pxPerS))
    const to = Math.min(place.width, Math.round((at + BEAT_S) * pxPerS))
    const letter = letterOf(beats.classes[i])
    if (letter !== 'N') colours.fill(INK.get(letter) ?? 0, from, to)
    if (!selected.has(i)) continue
    for (let y = place.top + 1; y < place.top + place.rowPx; y++)
      pixels.fill(SELECTED, y * place.width + from, y * place.width + to)
  }
}

interface RowWork {
  width: number
  height: number
  top: number
  rowPx: number
  startS: number
  view: DisclosureView
}

function paintRow(pixels: Uint32Array, colours: Uint32Array, work: RowWork, tile: EcgSignal): void {
  const lead = tile.leads[0]
  if (!lead) return
  const { width, startS, view } = work
  const perS = tile.fsHz / 8 ** tile.level
  const first = tile.firstSample / tile.fsHz
  const perPx = (perS * view.rowS) / width
  const origin = (startS - first) * perS
  if (origin + width * perPx < 0 || origin > lead.low.length) return
  const centre = levelOf(lead, Math.max(0, Math.floor(origin)), Math.ceil(origin + width * perPx))
  const pxPerLsb = (lead.uvPerLsb / 1000) * view.gainPxPerMv
  let before = NaN
  for (let x = 0; x < width; x++) {
    const from = Math.max(0, Math.floor(origin + x * perPx))
    const to = Math.min(lead.low.length, Math.max(from + 1, Math.floor(origin + (x + 1) * perPx)))
    let low = 32767
    let high = -32768
    for (let i = from; i < to; i++) {
      const value = lead.low[i] ?? MISSING
      if (value === MISSING) continue
      if (value < low) low = value
      const above = lead.high[i] ?? value
      if (above > high) high = above
    }
    if (low > high) {
      before = NaN
      continue
    }
    const middle = work.top + work.rowPx * 0.55
    const bottom = Math.round(middle - (low - centre) * pxPerLsb)
    const top = Math.round(middle - (high - centre) * pxPerLsb)
    column(pixels, work, x, Math.min(top, before === before ? before : top), bottom, colours[x] ?? 0)
    before = (top + bottom) >> 1
  }
}

/** Wild swings do not run over the neighbours: a bar stays within one and a half rows. */
function column(pixels: Uint32Array, work: RowWork, x: number, top: number, bottom: number, colour: number): void {
  const from = Math.max(0, Math.round(work.top - 0.4 * work.rowPx), top)
  const to = Math.min(work.height - 1, Math.round(work.top + 1.4 * work.rowPx), Math.max(bottom, top))
  for (let y = from; y <= to; y++) pixels[y * work.width + x] = colour
}

function levelOf(lead: LeadSamples, from: number, to: number): number {
  const step = Math.max(1, Math.floor((to - from) / 100))
  const some: number[] = []
  for (let i = from; i < Math.min(to, lead.low.length); i += step) {
    const value = lead.low[i] ?? MISSING
    if (value !== MISSING) some.push((value + (lead.high[i] ?? value)) / 2)
  }
  some.sort((one, other) => one - other)
  return some[some.length >> 1] ?? 0
}
