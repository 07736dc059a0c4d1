// Draws live leads: sweeping like a bedside monitor, or scrolling like paper; a hole stays a hole.
import { type PaperColours } from '../themes.ts'
import type { LiveTrack } from './track.ts'

export interface LiveBox {
  x: number
  y: number
  width: number
  height: number
}

export interface LiveLook {
  mode: 'sweep' | 'scroll'
  seconds: number
  pxPerMv: number
  colours: PaperColours
}

/** Share of the window that stays empty before the point where a sweep writes. */
const ERASED = 0.03

/** Where a sample lies: across the box, 0 to 1. */
export function placeOf(sample: number, end: number, window: number, mode: LiveLook['mode']): number {
  return mode === 'sweep' ? (sample % window) / window : (sample - (end - window)) / window
}

/** First sample that is drawn for a window that ends before `end`. */
export function firstShown(end: number, window: number, mode: LiveLook['mode']): number {
  return Math.max(0, Math.ceil(end - window * (mode === 'sweep' ? 1 - ERASED : 1)))
}

export function drawGrid(ctx: CanvasRenderingContext2D, box: LiveBox, look: LiveLook): void {
  const { x, y, width, height } = box
  ctx.fillStyle = look.colours.paper
  ctx.fillRect(x, y, width, height)
  const stepX = width / look.seconds / 5
  const stepY = look.pxPerMv / 2
  ctx.lineWidth = 1
  ctx.strokeStyle = look.colours.minor
  ctx.beginPath()
  for (let at = 0; at <= width + 0.5; at += stepX) line(ctx, x + at, y, x + at, y + height)
  for (let at = (height / 2) % stepY; at <= height; at += stepY) line(ctx, x, y + at, x + width, y + at)
  ctx.stroke()
  ctx.strokeStyle = look.colours.major
  ctx.beginPath()
  for (let at = 0; at <= width + 0.5; at += stepX * 5) line(ctx, x + at, y, x + at, y + height)
  ctx.stroke()
}

function line(ctx: CanvasRenderingContext2D, x1: number, y1: number, x2: number, y2: number): void {
  ctx.moveTo(Math.round(x1) + 0.5, Math.round(y1) + 0.5)
  ctx.lineTo(Math.round(x2) + 0.5, Math.round(y2) + 0.5)
}

/** Trace one lead; returns how many runs of samples were drawn (one more for each hole). */
function traceLead(
  ctx: CanvasRenderingContext2D,
  box: LiveBox,
  track: LiveTrack,
  lead: number,
  end: number,
  look: LiveLook,
): number {
  const window = Math.round(look.seconds * track.info.fsHz)
  const middle = box.y + box.height / 2
  let runs = 0
  let lastX = Infinity
  for (let sample = firstShown(end, window, look.mode); sample < end; sample += 1) {
    const uv = track.at(lead, sample)
    if (uv === null) {
      lastX = Infinity
      continue
    }
    const x = box.x + placeOf(sample, end, window, look.mode) * box.width
    const y = middle - (uv / 1000) * look.pxPerMv
    if (x >= lastX) ctx.lineTo(x, y)
    else {
      ctx.moveTo(x, y)
      runs += 1
    }
    lastX = x
  }
  return runs
}

/** Draw one lead up to `end` into its box. */
export function drawLead(
  ctx: CanvasRenderingContext2D,
  box: LiveBox,
  track: LiveTrack,
  lead: number,
  end: number,
  look: LiveLook,
): number {
  ctx.save()
  ctx.beginPath()
  ctx.rect(box.x, box.y, box.width, box.height)
  ctx.clip()
  ctx.strokeStyle = look.colours.trace
  ctx.lineWidth = 1.4
  ctx.lineJoin = 'round'
  ctx.beginPath()
  const runs = traceLead(ctx, box, track, lead, end, look)
  ctx.stroke()
  ctx.restore()
  return runs
}
