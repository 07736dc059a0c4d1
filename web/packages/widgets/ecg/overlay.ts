// The upper layer: calipers with live values, the marched ladder, wave marks and QTc lines on the median beat.
import { type CaliperValues, caliperValues, marchTimes, qtAtLimit } from './calipers.ts'
import { type Surface, toX, toY } from './draw.ts'
import { type PageLayout, type TraceCell, xOf, yOf } from './layout.ts'
import type { Caliper, WaveMark, WaveMarks } from './model.ts'

export interface OverlayState {
  calipers: readonly Caliper[]
  selected: number | null
  marks: WaveMarks | null
  /** The machine's marks where a reader has set others. */
  machineMarks?: WaveMarks | null
  /** Boundary that the keys move: drawn broader. */
  chosenMark?: WaveMark | null
  /** RR of the recording for the QTc lines, ms. */
  rrMs: number | null
  /** QTc limit of the lines, ms. */
  qtcLimitMs: number
}

/** Angle of a caliper's line on the paper, degrees above the horizontal, at a speed and gain. */
export function paperAngle(caliper: Caliper, speedMmPerS: number, gainMmPerMv: number): number {
  const across = Math.abs(caliper.toS - caliper.fromS) * speedMmPerS
  const up = ((caliper.toUv - caliper.fromUv) / 1000) * gainMmPerMv * (caliper.toS >= caliper.fromS ? 1 : -1)
  return (Math.atan2(up, across) * 180) / Math.PI
}

/** Live values in the words of the screen: "412 ms · 0.35 mV · 146 bpm". */
export function valueText(values: CaliperValues, kind: Caliper['kind']): string {
  const parts = [`${Math.round(values.ms)} ms`]
  if (kind === 'both' || kind === 'voltage' || kind === 'angle') parts.push(`${values.mv.toFixed(2)} mV`)
  if (kind === 'angle') parts.push(values.uvPerS === null ? '' : `${(values.uvPerS / 1000).toFixed(1)} mV/s`)
  else if (values.perMin !== null && values.perMin < 1000) parts.push(`${Math.round(values.perMin)} bpm`)
  return (kind === 'voltage' ? parts.slice(1, 2) : parts.filter(Boolean)).join(' · ')
}

/** Cells on which a caliper stands: same lead, same source, its start in the cell's window. */
export function cellsOf(page: PageLayout, caliper: Caliper): TraceCell[] {
  const ends = (cell: TraceCell) => cell.startS + cell.durationS
  return page.cells.filter(
    (cell) =>
      cell.lead === caliper.lead &&
      cell.source === caliper.source &&
      Math.min(caliper.fromS, caliper.toS) < ends(cell) &&
      Math.max(caliper.fromS, caliper.toS) > cell.startS - 1e-9,
  )
}

export function drawOverlay(surface: Surface, page: PageLayout, state: OverlayState): void {
  const { ctx } = surface
  ctx.clearRect(0, 0, surface.width, surface.height)
  ctx.lineWidth = Math.max(1, 0.25 * surface.devicePxPerMm)
  for (const caliper of state.calipers) {
    for (const cell of cellsOf(page, caliper)) drawCaliper(surface, page, cell, caliper, caliper.id === state.selected)
  }
  for (const cell of page.cells) {
    if (cell.source !== 'median') continue
    if (state.machineMarks) drawMachineMarks(surface, cell, state.machineMarks)
    if (state.marks) drawWaveMarks(surface, cell, state.marks, state)
  }
}

function drawCaliper(surface: Surface, page: PageLayout, cell: TraceCell, caliper: Caliper, selected: boolean): void {
  const { ctx, colours } = surface
  const x1 = toX(surface, xOf(cell, caliper.fromS)) + 0.5
  const x2 = toX(surface, xOf(cell, caliper.toS)) + 0.5
  const y1 = toY(surface, yOf(cell, caliper.fromUv))
  const y2 = toY(surface, yOf(cell, caliper.toUv))
  const acrossLeads = caliper.kind === 'time' || caliper.kind === 'parallel'
  const top = toY(surface, acrossLeads ? 0 : cell.topMm)
  const bottom = toY(surface, acrossLeads ? page.heightMm : cell.topMm + cell.heightMm)
  ctx.strokeStyle = colours.mark
  ctx.setLineDash(selected ? [] : caliper.reader ? [1, 3] : [4, 2])
  ctx.beginPath()
  if (caliper.kind === 'march') {
    for (const time of marchTimes(caliper.fromS, caliper.toS, cell.startS, cell.startS + cell.durationS)) {
      verticalLine(surface, toX(surface, xOf(cell, time)) + 0.5, top, bottom)
    }
  } else if (caliper.kind === 'angle') {
    ctx.moveTo(x1, y1)
    ctx.lineTo(x2, y2)
  } else if (caliper.kind !== 'voltage') {
    verticalLine(surface, x1, top, bottom)
    verticalLine(surface, x2, top, bottom)
  }
  if (caliper.kind === 'both' || caliper.kind === 'voltage') {
    for (const y of [y1, y2]) {
      ctx.moveTo(Math.min(x1, x2) - 8, y)
      ctx.lineTo(Math.max(x1, x2) + 8, y)
    }
  }
  if (caliper.kind !== 'angle') {
    ctx.moveTo(x1, top + 6)
    ctx.lineTo(x2, top + 6)
  }
  ctx.stroke()
  ctx.setLineDash([])
  const angle = Math.round(paperAngle(caliper, cell.speedMmPerS, cell.gainMmPerMv))
  const value = valueText(caliperValues(caliper), caliper.kind) + (caliper.kind === 'angle' ? ` · ${angle}°` : '')
  labelBox(surface, caliper.reader ? `${caliper.reader}: ${value}` : value, (x1 + x2) / 2, top + 10)
}

function verticalLine(surface: Surface, x: number, top: number, bottom: number): void {
  surface.ctx.moveTo(x, top)
  surface.ctx.lineTo(x, bottom)
}

function labelBox(surface: Surface, text: string, x: number, y: number): void {
  const { ctx, colours, devicePxPerMm, width } = surface
  const size = Math.max(12, 3 * devicePxPerMm)
  ctx.font = `600 ${size}px sans-serif`
  ctx.textBaseline = 'top'
  const wide = ctx.measureText(text).width + 8
  const left = Math.max(0, Math.min(width - wide, x - wide / 2))
  ctx.fillStyle = colours.paper
  ctx.fillRect(left, y, wide, size + 6)
  ctx.fillStyle = colours.mark
  ctx.fillText(text, left + 4, y + 3)
}

const markNames: Readonly<Record<WaveMark, string>> = {
  pOnset: 'P',
  pEnd: 'P′',
  qrsOnset: 'Q',
  qrsEnd: 'J',
  tEnd: 'T′',
}

/** The machine's boundaries stay in sight, dotted, under those of the reader. */
function drawMachineMarks(surface: Surface, cell: TraceCell, marks: WaveMarks): void {
  const { ctx, colours } = surface
  ctx.strokeStyle = colours.text
  ctx.setLineDash([1, 3])
  ctx.beginPath()
  for (const ms of Object.values(marks) as Array<number | null>) {
    if (ms === null) continue
    const x = toX(surface, xOf(cell, ms / 1000)) + 0.5
    verticalLine(surface, x, toY(surface, cell.topMm) + 12, toY(surface, cell.topMm + cell.heightMm))
  }
  ctx.stroke()
  ctx.setLineDash([])
}

function drawWaveMarks(surface: Surface, cell: TraceCell, marks: WaveMarks, state: OverlayState): void {
  const { ctx, colours, devicePxPerMm } = surface
  const top = toY(surface, cell.topMm)
  const bottom = toY(surface, cell.topMm + cell.heightMm)
  ctx.strokeStyle = colours.mark
  ctx.fillStyle = colours.mark
  ctx.font = `${Math.max(11, 2.6 * devicePxPerMm)}px sans-serif`
  ctx.textBaseline = 'bottom'
  ctx.beginPath()
  for (const mark of Object.keys(markNames) as WaveMark[]) {
    const ms = marks[mark]
    if (ms === null) continue
    const x = toX(surface, xOf(cell, ms / 1000)) + 0.5
    verticalLine(surface, x, top + 12, bottom)
    ctx.fillText(markNames[mark], x + 2, bottom)
  }
  ctx.stroke()
  const chosenMs = state.chosenMark ? marks[state.chosenMark] : null
  if (chosenMs !== null) {
    ctx.fillRect(toX(surface, xOf(cell, chosenMs / 1000)) - 1, top + 12, 3, bottom - top - 12)
  }
  if (cell.lead === 'II' && state.rrMs !== null && marks.qrsOnset !== null)
    drawQtLines(surface, cell, marks.qrsOnset, state.qtcLimitMs, state.rrMs)
}

/** Short dashed lines where T would have to end for each corrected QT to reach its limit. */
function drawQtLines(surface: Surface, cell: TraceCell, onsetMs: number, limitMs: number, rrMs: number): void {
  const { ctx } = surface
  const middle = toY(surface, cell.baselineMm)
  const limits = qtAtLimit(limitMs, rrMs)
  ctx.setLineDash([2, 3])
  ctx.beginPath()
  for (const [index, qtMs] of [limits.bazettMs, limits.fridericiaMs, limits.framinghamMs, limits.hodgesMs].entries()) {
    const x = toX(surface, xOf(cell, (onsetMs + qtMs) / 1000)) + 0.5
    verticalLine(surface, x, middle - 12, middle + 12)
    ctx.fillText('BFRH'.charAt(index), x + 2, middle - 12 + index * 10)
  }
  ctx.stroke()
  ctx.setLineDash([])
}
