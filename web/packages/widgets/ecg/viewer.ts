// The viewer without a framework: holds recording, settings, view and marks, draws when something changed, turns input into changes.
import { moveMark } from './calipers.ts'
import { drawFooter, drawFurniture, drawTraces, GridBitmap, surfaceOf } from './draw.ts'
import { filterText } from './filters.ts'
import { type History, record, redo, startHistory, undo } from './history.ts'
import { type Command, type View, clampView, fitWidth, scaleOf } from './interact.ts'
import type { PageLayout, TraceCell } from './layout.ts'
import {
  type Caliper,
  type EcgRecording,
  type EcgSettings,
  MEDIAN_LAYOUT,
  sameMarks,
  type WaveMark,
  WAVE_MARKS,
  type WaveMarks,
} from './model.ts'
import { drawOverlay } from './overlay.ts'
import { durationOf, pageFor, TraceStore } from './pages.ts'
import { THEMES } from './themes.ts'

export const GREATEST_DEVICE_PIXEL_RATIO = 2
const QTC_LIMIT_MS = 450
/** Boundaries moved by key count as dropped once no key came for so long. */
const DROP_AFTER_MS = 500

/** What the reader has put on the recording; undo and redo go over whole values of it. */
export interface Markings {
  calipers: readonly Caliper[]
  marks: WaveMarks | null
}

export interface ViewerEvents {
  settingsChanged(settings: EcgSettings): void
  markingsChanged(markings: Markings): void
  viewChanged(view: View): void
}

export interface DrawStats {
  frames: number
  lastDrawMs: number
}

export class EcgCanvas {
  readonly stats: DrawStats = { frames: 0, lastDrawMs: 0 }
  view: View
  page: PageLayout
  gainMmPerMv = 10
  selected: number | null = null
  /** Caliper being drawn, not yet in the history. */
  pending: Caliper | null = null
  /** Wave marks while one is being dragged. */
  pendingMarks: WaveMarks | null = null
  /** Boundary that the keys move. */
  chosenMark: WaveMark | null = null
  private dropTimer = 0
  private history: History<Markings>
  private highlighted: ReadonlySet<string> = new Set()
  private startS = 0
  private readonly grid = new GridBitmap()
  private wanted = 0
  private frame = 0

  constructor(
    private readonly base: HTMLCanvasElement,
    private readonly overlay: HTMLCanvasElement,
    private recording: EcgRecording,
    public settings: EcgSettings,
    private readonly events: ViewerEvents,
    public store = new TraceStore(recording),
  ) {
    this.view = { xMm: 0, yMm: 0, zoom: 1, pxPerMm: settings.pxPerMm, widthPx: 0, heightPx: 0 }
    this.history = startHistory({ calipers: [], marks: recording.marks })
    store.setFilters(settings.filters)
    this.page = this.layout()
  }

  get markings(): Markings {
    return this.history.present
  }

  private get devicePixelRatio(): number {
    return Math.min(GREATEST_DEVICE_PIXEL_RATIO, window.devicePixelRatio || 1)
  }

  show(recording: EcgRecording): void {
    const same = recording.id === this.recording.id
    this.recording = recording
    this.store = new TraceStore(recording)
    this.store.setFilters(this.settings.filters)
    if (same) {
      this.takeMarks(recording.marks)
      return
    }
    this.history = startHistory({ calipers: [], marks: recording.marks })
    this.startS = 0
    this.view = { ...this.view, xMm: 0, yMm: 0 }
    this.relayout()
  }

  /** The same recording measured anew: calipers, place and history stay; other marks are a step of their own. */
  private takeMarks(marks: WaveMarks | null): void {
    if (!sameMarks(marks, this.markings.marks)) this.history = record(this.history, { ...this.markings, marks })
    this.relayout()
  }

  apply(settings: EcgSettings): void {
    if (settings === this.settings) return
    this.settings = settings
    this.store.setFilters(settings.filters)
    this.view = { ...this.view, pxPerMm: settings.pxPerMm }
    this.relayout()
  }

  change(change: Partial<EcgSettings>): void {
    this.apply({ ...this.settings, ...change })
    this.events.settingsChanged(this.settings)
  }

  highlight(leads: readonly string[]): void {
    this.highlighted = new Set(leads)
    this.request()
  }

  resize(widthPx: number, heightPx: number): void {
    const ratio = this.devicePixelRatio
    for (const canvas of [this.base, this.overlay]) {
      canvas.width = Math.round(widthPx * ratio)
      canvas.height = Math.round(heightPx * ratio)
    }
    this.view = { ...this.view, widthPx, heightPx }
    this.relayout()
  }

  look(view: View): void {
    this.view = clampView(view, this.page)
    this.events.viewChanged(this.view)
    this.request()
  }

  /** Move the window of a recording that is longer than the page. */
  seek(startS: number): void {
    const lastS = Math.max(0, durationOf(this.recording.signal) - this.page.windowS)
    this.startS = Math.max(0, Math.min(startS, lastS))
    this.relayout()
  }

  mark(markings: Markings): void {
    this.history = record(this.history, markings)
    this.events.markingsChanged(this.markings)
    this.request()
  }

  /** Take over calipers saved earlier, without a step to undo. */
  restore(markings: Markings): void {
    this.history = startHistory(markings)
    this.request()
  }

  run(command: Command): void {
    if (command.kind === 'settings') this.change(command.change)
    else if (command.kind === 'pan') this.pan(command.dxMm, command.dyMm)
    else if (command.kind === 'fit') this.look(fitWidth(this.view, this.page))
    else if (command.kind === 'trueScale') this.look({ ...this.view, zoom: 1 })
    else if (command.kind === 'undo') this.step(undo(this.history))
    else if (command.kind === 'redo') this.step(redo(this.history))
    else if (command.kind === 'filter') this.toggleFilter()
    else if (command.kind === 'remove') this.removeSelected()
    else if (command.kind === 'nextMark') this.chooseMark(command.by)
    else if (command.kind === 'nudge') this.nudge(command.samples)
    else this.cancel()
  }

  /** Pan on the page; at its edge a longer recording moves on in time. */
  private pan(dxMm: number, dyMm: number): void {
    const before = this.view
    this.look({ ...before, xMm: before.xMm + dxMm, yMm: before.yMm + dyMm })
    if (dxMm !== 0 && this.view.xMm === before.xMm) this.seek(this.startS + dxMm / this.settings.speedMmPerS)
  }

  private step(history: History<Markings>): void {
    if (history === this.history) return
    this.history = history
    this.events.markingsChanged(this.markings)
    this.request()
  }

  /** Between the diagnostic band and the muscle filter; the footer always names what is on. */
  private toggleFilter(): void {
    const { filters } = this.settings
    const quiet = filters.lowPassHz !== null && filters.lowPassHz <= 40
    this.change({ filters: { ...filters, lowPassHz: quiet ? 150 : 35 } })
  }

  /** The next boundary of the median beat that exists; the median beat comes into sight. */
  private chooseMark(by: 1 | -1): void {
    const { marks } = this.markings
    const present = WAVE_MARKS.filter((mark) => marks !== null && marks[mark] !== null)
    if (present.length === 0) return
    const at = this.chosenMark === null ? (by === 1 ? -1 : 0) : present.indexOf(this.chosenMark)
    this.chosenMark = present[(at + by + present.length) % present.length] ?? null
    if (this.settings.layout !== MEDIAN_LAYOUT) this.change({ layout: MEDIAN_LAYOUT })
    this.request()
  }

  /** Move the chosen boundary by samples of the median beat; kept once the keys rest. */
  private nudge(samples: number): void {
    const { median } = this.recording
    const marks = this.pendingMarks ?? this.markings.marks
    const at = this.chosenMark && marks ? marks[this.chosenMark] : null
    if (!median || !marks || !this.chosenMark || at === null || at === undefined) return
    const lengthMs = (median.length / median.fsHz) * 1000
    this.pendingMarks = moveMark(marks, this.chosenMark, at + (samples * 1000) / median.fsHz, lengthMs)
    window.clearTimeout(this.dropTimer)
    this.dropTimer = window.setTimeout(() => this.drop(), DROP_AFTER_MS)
    this.request()
  }

  /** Boundaries as they stand now become a step of their own. */
  drop(): void {
    window.clearTimeout(this.dropTimer)
    const marks = this.pendingMarks
    this.pendingMarks = null
    if (marks) this.mark({ ...this.markings, marks })
  }

  private removeSelected(): void {
    if (this.selected === null) return
    this.mark({ ...this.markings, calipers: this.markings.calipers.filter((each) => each.id !== this.selected) })
    this.selected = null
  }

  private cancel(): void {
    this.pending = null
    this.pendingMarks = null
    window.clearTimeout(this.dropTimer)
    this.chosenMark = null
    this.selected = null
    if (this.settings.tool !== 'pan') this.change({ tool: 'pan' })
    this.request()
  }

  traceOf = (cell: TraceCell) => this.store.get(cell.source, cell.lead)

  /** Draw at the next frame. */
  request(): void {
    this.wanted++
    if (this.frame === 0) this.frame = requestAnimationFrame(() => this.draw())
  }

  draw(): void {
    this.frame = 0
    const started = performance.now()
    const colours = THEMES[this.settings.theme]
    const ctx = this.base.getContext('2d', { alpha: false })
    const upper = this.overlay.getContext('2d')
    if (!ctx || !upper || this.view.widthPx === 0) return
    const surface = surfaceOf(ctx, this.view, this.devicePixelRatio, colours)
    this.grid.blit(surface)
    drawFurniture(surface, this.page, this.highlighted)
    drawTraces(surface, this.page, this.traceOf)
    drawFooter(surface, this.footer())
    const { pending } = this
    const others = this.markings.calipers.filter((each) => each.id !== pending?.id)
    const calipers = pending ? [...others, pending] : others
    drawOverlay({ ...surface, ctx: upper }, this.page, {
      calipers,
      selected: this.pending?.id ?? this.selected,
      marks: this.pendingMarks ?? this.markings.marks,
      machineMarks: this.recording.machineMarks ?? null,
      chosenMark: this.chosenMark,
      rrMs: this.recording.ratePerMin ? 60_000 / this.recording.ratePerMin : null,
      qtcLimitMs: QTC_LIMIT_MS,
    })
    this.stats.frames++
    this.stats.lastDrawMs = performance.now() - started
    if (import.meta.env.DEV) this.base.dataset['drawMs'] = this.stats.lastDrawMs.toFixed(1)
  }

  footer(): string {
    const { speedMmPerS, filters, chestHalf } = this.settings
    const rate = this.recording.ratePerMin
    const speed = `${this.page.cells[0]?.speedMmPerS ?? speedMmPerS} mm/s`
    const gain = chestHalf ? `${this.gainMmPerMv} / V ${this.gainMmPerMv / 2} mm/mV` : `${this.gainMmPerMv} mm/mV`
    const zoom = this.view.zoom === 1 ? '' : `×${this.view.zoom.toFixed(2)}`
    return [speed, gain, filterText(filters), rate === null ? '' : `HR ${Math.round(rate)}`, zoom]
      .filter(Boolean)
      .join('   ')
  }

  destroy(): void {
    cancelAnimationFrame(this.frame)
    window.clearTimeout(this.dropTimer)
    this.frame = 0
  }

  private relayout(): void {
    this.page = this.layout()
    this.view = clampView(this.view, this.page)
    this.request()
  }

  private layout(): PageLayout {
    const heightMm = this.view.heightPx / scaleOf({ ...this.view, zoom: 1 }) || 200
    const { page, gainMmPerMv } = pageFor(this.recording, this.settings, this.store, heightMm, this.startS)
    this.gainMmPerMv = gainMmPerMv
    return page
  }
}
