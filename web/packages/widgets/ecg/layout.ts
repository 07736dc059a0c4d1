// Where each lead goes on the paper, in millimetres. Pure; the printed report uses the same tables and must give the same places.
import tables from '../../../../tianmu/clinical/ecg/layouts/lead_layouts.json' with { type: 'json' }
import { GAINS_MM_PER_MV, type LeadOrder, MEDIAN_LAYOUT, type Timing, type TraceSource } from './model.ts'

/** Left margin with the calibration pulse of 200 ms. */
const PULSE_SECONDS = tables.pulse_seconds
const PULSE_MARGIN_MM = tables.pulse_margin_mm
/** Paper above the first row that tall waves may use. */
const HEADROOM_MM = tables.headroom_mm
export const MEDIAN_SPEED_FACTOR = 2
const LEAST_ROW_MM = 10
const GREATEST_ROW_MM = 45

export interface LayoutOptions {
  layout: string
  order: LeadOrder
  timing: Timing
  rhythmLeads: readonly string[]
  /** Names of the leads at hand. */
  leads: readonly string[]
  speedMmPerS: number
  gainMmPerMv: number
  chestHalf: boolean
  /** Time at the left edge of the page, s. */
  startS: number
  /** Length of the recording, or of the median beat, s. */
  durationS: number
  /** Height to fill, mm. */
  heightMm: number
  /** Greatest window, s; paper that is narrower than the standard window sets it. */
  windowLimitS?: number | null
}

/** One stretch of one lead. */
export interface TraceCell {
  lead: string
  label: string
  inverted: boolean
  role: 'lead' | 'rhythm'
  source: TraceSource
  xMm: number
  topMm: number
  baselineMm: number
  widthMm: number
  heightMm: number
  startS: number
  durationS: number
  speedMmPerS: number
  gainMmPerMv: number
}

export interface Pulse {
  xMm: number
  baselineMm: number
  widthMm: number
  /** Height of 1 mV. */
  heightMm: number
}

/** Line between two columns, with the time at which the right one begins. */
export interface TimeMark {
  xMm: number
  topMm: number
  heightMm: number
  timeS: number
}

export interface PageLayout {
  widthMm: number
  heightMm: number
  /** Time from the left to the right edge of the rows, s. */
  windowS: number
  cells: TraceCell[]
  pulses: Pulse[]
  marks: TimeMark[]
}

interface Form {
  id: string
  rows: number
  columns: number
  rhythm_rows: number
}

const forms: readonly Form[] = tables.layouts
const MEDIAN_FORM: Form = { id: MEDIAN_LAYOUT, rows: 3, columns: 4, rhythm_rows: 0 }

/** Ids of all layouts in the order in which they are offered. */
export const LAYOUT_IDS: readonly string[] = [...forms.map((form) => form.id), MEDIAN_LAYOUT]

/** Leads at hand in the wanted order; a leading minus means drawn upside down. Unknown leads follow, none is left out. */
export function orderLeads(leads: readonly string[], order: LeadOrder): string[] {
  const wanted = [...tables.orders[order], ...tables.further_leads]
  const known = wanted.filter((name) => leads.includes(bare(name)))
  const named = new Set(known.map(bare))
  return [...known, ...leads.filter((name) => !named.has(name))]
}

function bare(name: string): string {
  return name.replace(/^-/, '')
}

/** Leads of the rhythm rows: the reader's choice first, then the usual ones, as far as they are at hand. */
export function chooseRhythm(choice: readonly string[], leads: readonly string[], rows: number): string[] {
  const wanted = [...choice, ...tables.rhythm_choice, ...leads]
  return [...new Set(wanted)].filter((name) => leads.includes(name)).slice(0, rows)
}

/** Rows and columns that hold `count` leads in the shape of `form`: further leads add columns, fewer leave rows out. */
export function shapeFor(form: { rows: number; columns: number }, count: number): { rows: number; columns: number } {
  if (form.columns === 1) return { rows: count, columns: 1 }
  const rows = Math.max(1, Math.min(form.rows, count))
  return { rows, columns: Math.max(1, Math.ceil(count / rows)) }
}

/** Seconds on the page: the whole recording in one column, else the standard window as far as the recording reaches. */
export function windowSeconds(columns: number, source: TraceSource, options: LayoutOptions): number {
  if (source === 'median') return options.durationS * columns
  const left = Math.max(0, options.durationS - options.startS)
  return Math.min(left, options.windowLimitS ?? (columns === 1 ? left : tables.window_seconds))
}

/** Middle of a row, on a line of the 1-mm grid. */
function baselineMm(row: number, rowMm: number): number {
  return Math.floor(HEADROOM_MM + (row + 0.5) * rowMm + 0.5)
}

/** Millimetres left of the rows for the calibration pulse. */
export function marginMm(speedMmPerS: number): number {
  return PULSE_SECONDS * speedMmPerS + 2 * PULSE_MARGIN_MM
}

interface Frame {
  options: LayoutOptions
  source: TraceSource
  speedMmPerS: number
  rowMm: number
  windowS: number
  rows: number
  columns: number
}

/** Place all leads, rhythm rows, calibration pulses and column marks. */
export function layoutPage(options: LayoutOptions): PageLayout {
  const median = options.layout === MEDIAN_LAYOUT
  const form = median ? MEDIAN_FORM : (forms.find((each) => each.id === options.layout) ?? MEDIAN_FORM)
  const source: TraceSource = median ? 'median' : 'rhythm'
  const leads = orderLeads(options.leads, options.order)
  const { rows, columns } = shapeFor(form, leads.length)
  const rhythm = chooseRhythm(options.rhythmLeads, options.leads, form.rhythm_rows)
  const total = rows + rhythm.length
  const speedMmPerS = options.speedMmPerS * (median ? MEDIAN_SPEED_FACTOR : 1)
  const rowMm = Math.min(GREATEST_ROW_MM, Math.max(LEAST_ROW_MM, (options.heightMm - HEADROOM_MM) / Math.max(1, total)))
  const windowS = windowSeconds(columns, source, options)
  const frame: Frame = { options, source, speedMmPerS, rowMm, windowS, rows, columns }
  const cells = [
    ...leads.map((name, index) => leadCell(frame, name, index)),
    ...rhythm.map((name, index) => rhythmCell(frame, name, rows + index)),
  ]
  return {
    widthMm: marginMm(speedMmPerS) + windowS * speedMmPerS + PULSE_MARGIN_MM,
    heightMm: HEADROOM_MM + total * rowMm,
    windowS,
    cells,
    pulses: Array.from({ length: total }, (_, row) => pulseOf(frame, row)),
    marks: columnMarks(frame),
  }
}

function gainOf(options: LayoutOptions, lead: string): number {
  return options.chestHalf && lead.startsWith('V') ? options.gainMmPerMv / 2 : options.gainMmPerMv
}

function leadCell(frame: Frame, name: string, index: number): TraceCell {
  const { options, columns, rows, windowS } = frame
  const column = Math.floor(index / rows)
  const row = index % rows
  const columnS = windowS / columns
  const begins = frame.source === 'median' ? 0 : options.startS
  const shifted = frame.source === 'rhythm' && options.timing === 'sequential' ? column * columnS : 0
  return {
    ...rowOf(frame, name, row),
    role: 'lead',
    xMm: marginMm(frame.speedMmPerS) + column * columnS * frame.speedMmPerS,
    widthMm: columnS * frame.speedMmPerS,
    startS: begins + shifted,
    durationS: columnS,
  }
}

function rhythmCell(frame: Frame, name: string, row: number): TraceCell {
  return {
    ...rowOf(frame, name, row),
    role: 'rhythm',
    xMm: marginMm(frame.speedMmPerS),
    widthMm: frame.windowS * frame.speedMmPerS,
    startS: frame.options.startS,
    durationS: frame.windowS,
  }
}

function rowOf(frame: Frame, name: string, row: number) {
  const lead = bare(name)
  return {
    lead,
    label: name.replace(/^-/, '−'),
    inverted: name.startsWith('-'),
    source: frame.source,
    topMm: HEADROOM_MM + row * frame.rowMm,
    baselineMm: baselineMm(row, frame.rowMm),
    heightMm: frame.rowMm,
    speedMmPerS: frame.speedMmPerS,
    gainMmPerMv: gainOf(frame.options, lead),
  }
}

function pulseOf(frame: Frame, row: number): Pulse {
  return {
    xMm: PULSE_MARGIN_MM,
    baselineMm: baselineMm(row, frame.rowMm),
    widthMm: PULSE_SECONDS * frame.speedMmPerS,
    heightMm: frame.options.gainMmPerMv,
  }
}

function columnMarks(frame: Frame): TimeMark[] {
  const { options, columns, windowS, speedMmPerS } = frame
  const columnS = windowS / columns
  const sequential = frame.source === 'rhythm' && options.timing === 'sequential'
  return Array.from({ length: columns - 1 }, (_, index) => ({
    xMm: marginMm(speedMmPerS) + (index + 1) * columnS * speedMmPerS,
    topMm: 0,
    heightMm: HEADROOM_MM + frame.rows * frame.rowMm,
    timeS: sequential ? options.startS + (index + 1) * columnS : frame.source === 'median' ? 0 : options.startS,
  }))
}

/** The greatest usual gain at which `peakToPeakMv` fits in a row. */
export function automaticGain(peakToPeakMv: number, rowMm: number): number {
  const fitting = GAINS_MM_PER_MV.filter((gain) => gain * peakToPeakMv <= rowMm)
  return fitting[fitting.length - 1] ?? GAINS_MM_PER_MV[0]
}

/** The cell under a point of the page, the rhythm row before the lead row where both meet. */
export function cellAt(page: PageLayout, xMm: number, yMm: number): TraceCell | null {
  const hits = page.cells.filter(
    (cell) =>
      xMm >= cell.xMm && xMm <= cell.xMm + cell.widthMm && yMm >= cell.topMm && yMm < cell.topMm + cell.heightMm,
  )
  return hits[hits.length - 1] ?? null
}

/** Time of a place in a cell, s from the start of what the cell shows. */
export function timeAt(cell: TraceCell, xMm: number): number {
  return cell.startS + (xMm - cell.xMm) / cell.speedMmPerS
}

export function xOf(cell: TraceCell, timeS: number): number {
  return cell.xMm + (timeS - cell.startS) * cell.speedMmPerS
}

/** Voltage of a place in a cell, µV, right side up for an inverted lead as well. */
export function uvAt(cell: TraceCell, yMm: number): number {
  const up = ((cell.baselineMm - yMm) / cell.gainMmPerMv) * 1000
  return cell.inverted ? -up : up
}

export function yOf(cell: TraceCell, uv: number): number {
  const up = (cell.inverted ? -uv : uv) / 1000
  return cell.baselineMm - up * cell.gainMmPerMv
}
