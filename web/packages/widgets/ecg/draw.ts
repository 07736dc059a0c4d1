// Canvas drawing of paper, traces and texts. All places come from layout.ts in mm; here they become device pixels.
import { type Columns, fillColumns, makeColumns, valueRange } from './columns.ts'
import { type View, scaleOf } from './interact.ts'
import type { PageLayout, TraceCell } from './layout.ts'
import type { Trace } from './model.ts'
import { type PaperColours, TRACE_WIDTH_MM } from './themes.ts'

export type Context = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D

/** Where to draw: device pixels per mm, and the page point of the upper left corner in whole device pixels. */
export interface Surface {
  ctx: Context
  devicePxPerMm: number
  originX: number
  originY: number
  width: number
  height: number
  colours: PaperColours
}

const TEXT_MM = 3.2
const LEAST_TEXT_PX = 11
const LABEL_LIFT_MM = 12
const POINTS_PER_STROKE = 400
/** From this many values per column on a trace is drawn as bars. */
const DENSE_PER_PX = 8

/** Origin in whole device pixels: the grid and the traces move together and stay sharp while panning. */
export function surfaceOf(ctx: Context, view: View, devicePixelRatio: number, colours: PaperColours): Surface {
  const devicePxPerMm = scaleOf(view) * devicePixelRatio
  return {
    ctx,
    devicePxPerMm,
    originX: Math.round(view.xMm * devicePxPerMm),
    originY: Math.round(view.yMm * devicePxPerMm),
    width: Math.round(view.widthPx * devicePixelRatio),
    height: Math.round(view.heightPx * devicePixelRatio),
    colours,
  }
}

export function toX(surface: Surface, mm: number): number {
  return Math.round(mm * surface.devicePxPerMm) - surface.originX
}

export function toY(surface: Surface, mm: number): number {
  return mm * surface.devicePxPerMm - surface.originY
}

/** Paper and lines of 1 mm and 5 mm; the fine lines go where they would be closer than 3 px. */
export function drawGrid(surface: Surface): void {
  const { ctx, width, height, colours, devicePxPerMm } = surface
  ctx.fillStyle = colours.paper
  ctx.fillRect(0, 0, width, height)
  const line = Math.max(1, Math.round(devicePxPerMm * 0.08))
  if (devicePxPerMm >= 3) gridLines(surface, 1, colours.minor, line)
  gridLines(surface, 5, colours.major, line)
}

function gridLines(surface: Surface, stepMm: number, colour: string, line: number): void {
  const { ctx, width, height, devicePxPerMm, originX, originY } = surface
  const step = stepMm * devicePxPerMm
  ctx.fillStyle = colour
  for (let i = Math.ceil(originX / step); i * step - originX < width; i++) {
    ctx.fillRect(Math.round(i * step) - originX, 0, line, height)
  }
  for (let i = Math.ceil(originY / step); i * step - originY < height; i++) {
    ctx.fillRect(0, Math.round(i * step) - originY, width, line)
  }
}

/** The paper as a bitmap larger than the screen, blitted while panning and drawn anew only when its edge comes into sight. */
export class GridBitmap {
  private canvas: OffscreenCanvas | null = null
  private key = ''
  private anchorX = 0
  private anchorY = 0

  blit(surface: Surface, marginPx = 256): void {
    const { ctx, originX, originY, width, height, colours, devicePxPerMm } = surface
    const key = `${width}x${height}@${devicePxPerMm}${colours.paper}${colours.minor}`
    const dx = originX - this.anchorX
    const dy = originY - this.anchorY
    if (!this.canvas || key !== this.key || dx < 0 || dy < 0 || dx > 2 * marginPx || dy > 2 * marginPx) {
      this.render(surface, marginPx)
      this.key = key
    }
    if (this.canvas) ctx.drawImage(this.canvas, this.anchorX - originX, this.anchorY - originY)
  }

  private render(surface: Surface, marginPx: number): void {
    const width = surface.width + 2 * marginPx
    const height = surface.height + 2 * marginPx
    if (this.canvas?.width !== width || this.canvas.height !== height) this.canvas = new OffscreenCanvas(width, height)
    const ctx = this.canvas.getContext('2d', { alpha: false })
    if (!ctx) return
    this.anchorX = surface.originX - marginPx
    this.anchorY = surface.originY - marginPx
    drawGrid({ ...surface, ctx, width, height, originX: this.anchorX, originY: this.anchorY })
  }
}

/** Trace lookup of one frame: filtered traces by source and lead. */
export type TraceOf = (cell: TraceCell) => Trace | undefined

const scratch: Columns = makeColumns(8192)

/** Draw every cell that is in sight. */
export function drawTraces(surface: Surface, page: PageLayout, traceOf: TraceOf): void {
  const { ctx, devicePxPerMm, colours } = surface
  ctx.strokeStyle = colours.trace
  ctx.lineWidth = Math.max(1, TRACE_WIDTH_MM * devicePxPerMm)
  ctx.lineJoin = 'bevel'
  for (const cell of page.cells) {
    const trace = traceOf(cell)
    if (trace) drawCell(surface, cell, trace)
  }
}

function drawCell(surface: Surface, cell: TraceCell, trace: Trace): void {
  const left = toX(surface, cell.xMm)
  const columns = Math.round(cell.widthMm * surface.devicePxPerMm)
  const from = Math.max(0, -left)
  const to = Math.min(columns, surface.width - left, from + scratch.low.length)
  if (to <= from) return
  const pxPerS = cell.speedMmPerS * surface.devicePxPerMm
  const up = (cell.inverted ? -1 : 1) * (cell.gainMmPerMv / 1000) * surface.devicePxPerMm
  const baseline = toY(surface, cell.baselineMm)
  if (trace.valuesPerS < 1.5 * pxPerS && trace.low === trace.high) {
    drawPoints(surface.ctx, cell, trace, left, pxPerS, baseline, up, from, to)
    return
  }
  const count = to - from
  fillColumns(trace, cell.startS + from / pxPerS, pxPerS, count, scratch)
  if (trace.valuesPerS > DENSE_PER_PX * pxPerS) drawSpans(surface.ctx, left + from, count, baseline, up)
  else drawColumns(surface.ctx, left + from + 0.5, count, baseline, up)
}

/** Dense traces: one upright bar per column from its minimum to its maximum, reaching its neighbour; far cheaper than a stroke. */
function drawSpans(ctx: Context, x0: number, count: number, baseline: number, up: number): void {
  const half = ctx.lineWidth / 2
  const width = Math.max(1, Math.round(ctx.lineWidth))
  ctx.fillStyle = ctx.strokeStyle
  let lastTop = NaN
  let lastBottom = NaN
  for (let i = 0; i < count; i++) {
    const a = baseline - (scratch.low[i] ?? NaN) * up
    const b = baseline - (scratch.high[i] ?? NaN) * up
    const top = Math.min(a, b)
    const bottom = Math.max(a, b)
    const from = lastBottom < top ? lastBottom : top
    const to = lastTop > bottom ? lastTop : bottom
    if (top === top)
      ctx.fillRect(x0 + i, Math.round(from - half), width, Math.max(width, Math.round(to - from + 2 * half)))
    lastTop = top
    lastBottom = bottom
  }
}

/** One stroke through minimum and maximum of each column, turning so that neighbours join; broken at gaps. */
function drawColumns(ctx: Context, x0: number, count: number, baseline: number, up: number): void {
  let y = NaN
  let points = 0
  ctx.beginPath()
  for (let i = 0; i < count; i++) {
    const a = baseline - (scratch.low[i] ?? NaN) * up
    const b = baseline - (scratch.high[i] ?? NaN) * up
    if (a !== a) {
      y = NaN
      continue
    }
    const x = x0 + i
    const near = y !== y || Math.abs(a - y) <= Math.abs(b - y) ? a : b
    const far = near === a ? b : a
    if (y === y) ctx.lineTo(x, near)
    else ctx.moveTo(x, near)
    if (Math.abs(far - near) > 0.4) ctx.lineTo(x, far)
    y = Math.abs(far - near) > 0.4 ? far : near
    if (++points >= POINTS_PER_STROKE) {
      ctx.stroke()
      ctx.beginPath()
      ctx.moveTo(x, y)
      points = 0
    }
  }
  ctx.stroke()
}

/** A line through the samples themselves, where there are fewer of them than columns. */
function drawPoints(
  ctx: Context,
  cell: TraceCell,
  trace: Trace,
  left: number,
  pxPerS: number,
  baseline: number,
  up: number,
  from: number,
  to: number,
): void {
  const [first, last] = valueRange(trace, cell.startS + from / pxPerS, (to - from) / pxPerS)
  let open = false
  ctx.beginPath()
  for (let i = first; i < last; i++) {
    const uv = trace.low[i] ?? NaN
    if (uv !== uv) {
      open = false
      continue
    }
    const x = left + (trace.firstS + i / trace.valuesPerS - cell.startS) * pxPerS
    const y = baseline - uv * up
    if (open) ctx.lineTo(x, y)
    else ctx.moveTo(x, y)
    open = true
  }
  ctx.stroke()
}

/** Calibration pulses of 1 mV and 200 ms, column marks and lead names. */
export function drawFurniture(surface: Surface, page: PageLayout, highlighted: ReadonlySet<string>): void {
  const { ctx, devicePxPerMm, colours } = surface
  ctx.fillStyle = colours.highlight
  for (const cell of page.cells) {
    if (!highlighted.has(cell.lead)) continue
    ctx.fillRect(
      toX(surface, cell.xMm),
      toY(surface, cell.topMm),
      cell.widthMm * devicePxPerMm,
      cell.heightMm * devicePxPerMm,
    )
  }
  ctx.strokeStyle = colours.trace
  ctx.lineWidth = Math.max(1, TRACE_WIDTH_MM * devicePxPerMm)
  ctx.beginPath()
  for (const pulse of page.pulses) {
    const y = toY(surface, pulse.baselineMm)
    const top = y - pulse.heightMm * devicePxPerMm
    const x = toX(surface, pulse.xMm)
    const right = toX(surface, pulse.xMm + pulse.widthMm)
    ctx.moveTo(x - devicePxPerMm, y)
    ctx.lineTo(x, y)
    ctx.lineTo(x, top)
    ctx.lineTo(right, top)
    ctx.lineTo(right, y)
    ctx.lineTo(right + devicePxPerMm, y)
  }
  ctx.stroke()
  drawMarks(surface, page)
  drawLabels(surface, page)
}

function drawMarks(surface: Surface, page: PageLayout): void {
  const { ctx, devicePxPerMm, colours } = surface
  const rows = [...new Set(page.cells.map((cell) => cell.baselineMm))].filter((y) =>
    page.marks.some((m) => y < m.topMm + m.heightMm),
  )
  ctx.strokeStyle = colours.text
  ctx.lineWidth = Math.max(1, 0.2 * devicePxPerMm)
  ctx.beginPath()
  for (const mark of page.marks) {
    const x = toX(surface, mark.xMm) + 0.5
    for (const baseline of rows) {
      ctx.moveTo(x, toY(surface, baseline - 4.5))
      ctx.lineTo(x, toY(surface, baseline - 2))
      ctx.moveTo(x, toY(surface, baseline + 2))
      ctx.lineTo(x, toY(surface, baseline + 4.5))
    }
  }
  ctx.stroke()
}

export function textPx(surface: Surface): number {
  return Math.max(LEAST_TEXT_PX, TEXT_MM * surface.devicePxPerMm)
}

/** Lead names stay in sight while their stretch does, also when it is panned. */
function drawLabels(surface: Surface, page: PageLayout): void {
  const { ctx, colours, width } = surface
  const size = textPx(surface)
  ctx.fillStyle = colours.text
  ctx.font = `600 ${size}px sans-serif`
  ctx.textBaseline = 'top'
  for (const cell of page.cells) {
    const left = toX(surface, cell.xMm)
    const right = toX(surface, cell.xMm + cell.widthMm)
    if (right < 3 * size || left > width) continue
    const lift = Math.min(cell.heightMm / 2, LABEL_LIFT_MM)
    ctx.fillText(cell.label, Math.max(left, 0) + surface.devicePxPerMm, toY(surface, cell.baselineMm - lift))
  }
}

/** The line of conventions at the lower left of the screen: speed, gain, filters, rate. Always in sight. */
export function drawFooter(surface: Surface, text: string): void {
  const { ctx, colours, height, devicePxPerMm } = surface
  const size = Math.max(LEAST_TEXT_PX, Math.min(textPx(surface), 4 * devicePxPerMm))
  ctx.font = `${size}px sans-serif`
  ctx.textBaseline = 'bottom'
  const pad = size / 2
  ctx.fillStyle = colours.paper
  ctx.fillRect(0, height - size - 2 * pad, ctx.measureText(text).width + 2 * pad, size + 2 * pad)
  ctx.fillStyle = colours.text
  ctx.fillText(text, pad, height - pad)
}
