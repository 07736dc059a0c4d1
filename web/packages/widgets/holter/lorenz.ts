// The Lorenz plot (RRn against RRn+1): a density picture coloured by class, and the beats inside a lasso.
import { type HolterBeats, letterOf } from './beats.ts'
import { CLASS_COLOURS } from './colours.ts'

export const AXIS_FROM_MS = 200
export const AXIS_TO_MS = 2000

export interface Point {
  x: number
  y: number
}

/** RR before (x) and RR after (y) of every beat in ms; NaN where one of them crosses a stretch that cannot be read. */
export interface RrPairs {
  x: Float32Array
  y: Float32Array
}

export function rrPairs(beats: HolterBeats): RrPairs {
  const count = beats.samples.length
  const x = new Float32Array(count).fill(NaN)
  const y = new Float32Array(count).fill(NaN)
  const scale = 1000 / beats.fsHz
  for (let i = 1; i + 1 < count; i++) {
    if (beats.unreadable[i - 1] || beats.unreadable[i] || beats.unreadable[i + 1]) continue
    const at = beats.samples[i] ?? 0
    x[i] = (at - (beats.samples[i - 1] ?? 0)) * scale
    y[i] = ((beats.samples[i + 1] ?? 0) - at) * scale
  }
  return { x, y }
}

/** Pixel of an interval; the axes are equal. */
export const toPixel = (ms: number, sizePx: number): number =>
  ((ms - AXIS_FROM_MS) / (AXIS_TO_MS - AXIS_FROM_MS)) * sizePx

const RGB = new Map(
  Object.entries(CLASS_COLOURS).map(([letter, colour]) => [letter.charCodeAt(0), Number.parseInt(colour.slice(1), 16)]),
)

/** Chosen beats stand out in a colour that no class has. */
const CHOSEN = 0x0ea5e9

/** Draw beats of [from, to) into RGBA `pixels` of sizePx × sizePx: the colour of the class, stronger where there are more. */
export function paintLorenz(
  pixels: Uint8ClampedArray,
  sizePx: number,
  beats: HolterBeats,
  pairs: RrPairs,
  from = 0,
  to = beats.samples.length,
  selected: ReadonlySet<number> | null = null,
): void {
  pixels.fill(0)
  const size = sizePx / (AXIS_TO_MS - AXIS_FROM_MS)
  const last = Math.min(to, beats.samples.length)
  for (let i = from; i < last; i++) {
    const x = (((pairs.x[i] ?? NaN) - AXIS_FROM_MS) * size) | 0
    const y = (((pairs.y[i] ?? NaN) - AXIS_FROM_MS) * size) | 0
    if (!(x > 0 && y > 0 && x < sizePx && y < sizePx)) continue
    const colour = selected?.has(i) ? CHOSEN : (RGB.get(beats.classes[i] ?? 0) ?? 0)
    const row = sizePx - 1 - y
    stamp(pixels, 4 * (row * sizePx + x), colour, 90)
    stamp(pixels, 4 * (row * sizePx + x - 1), colour, 50)
    stamp(pixels, 4 * ((row > 0 ? row - 1 : row) * sizePx + x), colour, 50)
  }
}

function stamp(pixels: Uint8ClampedArray, at: number, colour: number, alpha: number): void {
  pixels[at] = (colour >> 16) & 255
  pixels[at + 1] = (colour >> 8) & 255
  pixels[at + 2] = colour & 255
  pixels[at + 3] = (pixels[at + 3] ?? 0) + alpha
}

/** Indices of the beats whose point lies inside a polygon of ms; `label` keeps one class only. */
export function beatsInside(
  beats: HolterBeats,
  pairs: RrPairs,
  polygon: readonly Point[],
  label = '',
  from = 0,
  to = beats.samples.length,
): Int32Array {
  const left = Math.min(...polygon.map((one) => one.x))
  const right = Math.max(...polygon.map((one) => one.x))
  const low = Math.min(...polygon.map((one) => one.y))
  const high = Math.max(...polygon.map((one) => one.y))
  const last = Math.min(to, beats.samples.length)
  const found: number[] = []
  for (let i = from; i < last; i++) {
    const x = pairs.x[i] ?? NaN
    const y = pairs.y[i] ?? NaN
    if (!(x >= left && x <= right && y >= low && y <= high)) continue
    if (label && letterOf(beats.classes[i]) !== label) continue
    if (isInside(x, y, polygon)) found.push(i)
  }
  return Int32Array.from(found)
}

function isInside(x: number, y: number, polygon: readonly Point[]): boolean {
  let inside = false
  let before = polygon[polygon.length - 1]
  for (const one of polygon) {
    if (before && one.y > y !== before.y > y && x < ((before.x - one.x) * (y - one.y)) / (before.y - one.y) + one.x)
      inside = !inside
    before = one
  }
  return inside
}

/** A hand-drawn line with fewer corners, so that asking every beat stays quick. */
export function simplified(points: readonly Point[], most = 60): Point[] {
  const step = Math.max(1, Math.ceil(points.length / most))
  return points.filter((_one, index) => index % step === 0)
}
