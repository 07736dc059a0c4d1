// The strip: every lead over some seconds on ECG paper, beats with class, RR and rate, the selection behind them.
import { fillColumns, makeColumns } from '../ecg/columns.ts'
import { traceOf } from '../ecg/decode.ts'
import type { EcgSignal } from '../ecg/model.ts'
import { THEMES } from '../ecg/themes.ts'
import { type HolterBeats, firstFrom, letterOf, rrBefore, secondsOf } from './beats.ts'
import { colourOf } from './colours.ts'

export interface StripView {
  startS: number
  spanS: number
  /** 0 fits the rows: a row holds AUTOMATIC_MV. */
  gainMmPerMv: number
  leads: readonly string[]
  selected: ReadonlySet<number>
  current: number
}

export const LABEL_PX = 30
const AUTOMATIC_MV = 2.8
const scratch = makeColumns(8192)

/** Everything of the strip; sizes in CSS px, the context is scaled for the device already. */
export function drawStrip(
  ctx: CanvasRenderingContext2D,
  widthPx: number,
  heightPx: number,
  view: StripView,
  tiles: readonly (EcgSignal | null)[],
  beats: HolterBeats,
): void {
  const pxPerS = widthPx / view.spanS
  drawPaper(ctx, widthPx, heightPx, pxPerS)
  drawBeats(ctx, heightPx, view, beats, pxPerS)
  const rowPx = (heightPx - LABEL_PX) / Math.max(1, view.leads.length)
  const pxPerMv = view.gainMmPerMv > 0 ? view.gainMmPerMv * (pxPerS / 25) : rowPx / AUTOMATIC_MV
  view.leads.forEach((lead, place) => {
    const baseline = LABEL_PX + rowPx * (place + 0.55)
    ctx.save()
    ctx.beginPath()
    ctx.rect(0, LABEL_PX + rowPx * place - 4, widthPx, rowPx + 8)
    ctx.clip()
    for (const tile of tiles) if (tile) drawLead(ctx, widthPx, view, tile, lead, baseline, pxPerS, pxPerMv)
    ctx.restore()
    ctx.fillStyle = THEMES.pink.text
    ctx.font = '600 12px sans-serif'
    ctx.textBaseline = 'top'
    ctx.fillText(lead, 4, LABEL_PX + rowPx * place + 2)
  })
}

function drawPaper(ctx: CanvasRenderingContext2D, widthPx: number, heightPx: number, pxPerS: number): void {
  ctx.fillStyle = THEMES.pink.paper
  ctx.fillRect(0, 0, widthPx, heightPx)
  const mm = pxPerS / 25
  if (mm >= 3) lines(ctx, widthPx, heightPx, mm, THEMES.pink.minor)
  lines(ctx, widthPx, heightPx, 5 * mm, THEMES.pink.major)
}

function lines(ctx: CanvasRenderingContext2D, widthPx: number, heightPx: number, step: number, colour: string): void {
  if (step < 3) return
  ctx.fillStyle = colour
  for (let x = 0; x < widthPx; x += step) ctx.fillRect(Math.round(x), LABEL_PX, 1, heightPx)
  for (let y = LABEL_PX; y < heightPx; y += step) ctx.fillRect(0, Math.round(y), widthPx, 1)
}

function drawLead(
  ctx: CanvasRenderingContext2D,
  widthPx: number,
  view: StripView,
  tile: EcgSignal,
  lead: string,
  baseline: number,
  pxPerS: number,
  pxPerMv: number,
): void {
  const found = tile.leads.find((one) => one.name === lead)
  if (!found) return
  const trace = traceOf(tile, found)
  const count = Math.min(Math.ceil(widthPx * 2), scratch.low.length)
  fillColumns(trace, view.startS, pxPerS * 2, count, scratch)
  const centre = medianOf(trace.low)
  ctx.strokeStyle = THEMES.pink.trace
  ctx.lineWidth = 1.1
  ctx.beginPath()
  let open = false
  for (let column = 0; column < count; column++) {
    const low = scratch.low[column] ?? NaN
    if (low !== low) {
      open = false
      continue
    }
    const y = baseline - ((low - centre) / 1000) * pxPerMv
    const top = baseline - (((scratch.high[column] ?? low) - centre) / 1000) * pxPerMv
    if (open) ctx.lineTo(column / 2, y)
    else ctx.moveTo(column / 2, y)
    if (y - top > 1) ctx.lineTo(column / 2, top)
    open = true
  }
  ctx.stroke()
}

/** Level around which a minute lies: the median of some of its samples. */
export function medianOf(values: Float32Array): number {
  const step = Math.max(1, Math.floor(values.length / 400))
  const some: number[] = []
  for (let i = 0; i < values.length; i += step) {
    const value = values[i] ?? NaN
    if (value === value) some.push(value)
  }
  some.sort((one, other) => one - other)
  return some[some.length >> 1] ?? 0
}

function drawBeats(
  ctx: CanvasRenderingContext2D,
  heightPx: number,
  view: StripView,
  beats: HolterBeats,
  pxPerS: number,
): void {
  ctx.fillStyle = '#ffffff'
  ctx.fillRect(0, 0, view.spanS * pxPerS, LABEL_PX)
  const dense = pxPerS < 40
  for (let i = firstFrom(beats, view.startS); i < beats.samples.length; i++) {
    const x = (secondsOf(beats, i) - view.startS) * pxPerS
    if (x > view.spanS * pxPerS) break
    const letter = letterOf(beats.classes[i])
    if (view.selected.has(i) || i === view.current) {
      ctx.fillStyle = i === view.current ? 'rgb(11 99 196 / 26%)' : 'rgb(11 99 196 / 12%)'
      ctx.fillRect(x - 8, 0, 16, heightPx)
    }
    ctx.fillStyle = colourOf(letter)
    ctx.font = '600 12px sans-serif'
    ctx.textBaseline = 'top'
    ctx.textAlign = 'center'
    if (!dense || letter !== 'N') ctx.fillText(letter, x, 2)
    const rr = rrBefore(beats, i)
    if (!dense && rr === rr) {
      ctx.fillStyle = '#4b5563'
      ctx.font = '10px sans-serif'
      ctx.fillText(String(Math.round(rr)), x - (rr / 2000) * pxPerS, 16)
    }
  }
  ctx.textAlign = 'left'
}
