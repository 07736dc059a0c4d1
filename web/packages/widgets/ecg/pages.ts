// From recording and settings to a page with filtered traces; caches what a change of view does not touch.
import { traceOf } from './decode.ts'
import { filterTrace } from './filters.ts'
import { automaticGain, layoutPage, type PageLayout } from './layout.ts'
import {
  type DisplayFilters,
  type EcgRecording,
  type EcgSettings,
  type EcgSignal,
  MEDIAN_LAYOUT,
  type Trace,
  type TraceSource,
} from './model.ts'

const NO_FILTERS: DisplayFilters = { highPassHz: null, lowPassHz: null, notchHz: null }

/** Filtered traces of one recording; a filter is run once per lead and setting. The median beat is never filtered again. */
export class TraceStore {
  private readonly raw = new Map<string, Trace>()
  private readonly shown = new Map<string, Trace>()
  private filters: DisplayFilters = NO_FILTERS

  constructor(recording: EcgRecording) {
    this.load('rhythm', recording.signal)
    if (recording.median) this.load('median', recording.median)
  }

  private load(source: TraceSource, signal: EcgSignal): void {
    for (const lead of signal.leads) this.raw.set(`${source}:${lead.name}`, traceOf(signal, lead))
  }

  setFilters(filters: DisplayFilters): void {
    if (JSON.stringify(filters) === JSON.stringify(this.filters)) return
    this.filters = filters
    this.shown.clear()
  }

  get(source: TraceSource, lead: string): Trace | undefined {
    const key = `${source}:${lead}`
    const known = this.shown.get(key)
    if (known) return known
    const raw = this.raw.get(key)
    if (!raw) return undefined
    const trace = source === 'median' ? raw : filterTrace(raw, this.filters)
    this.shown.set(key, trace)
    return trace
  }
}

/** Greatest peak-to-peak of any lead, mV; gaps do not count. */
export function peakToPeakMv(store: TraceStore, source: TraceSource, leads: readonly string[]): number {
  let greatest = 0
  for (const lead of leads) {
    const trace = store.get(source, lead)
    if (!trace) continue
    let low = Infinity
    let high = -Infinity
    for (let i = 0; i < trace.low.length; i++) {
      const a = trace.low[i] ?? NaN
      const b = trace.high[i] ?? NaN
      if (a < low) low = a
      if (b > high) high = b
    }
    if (high > low) greatest = Math.max(greatest, (high - low) / 1000)
  }
  return greatest
}

/** Length of a signal, s. */
export function durationOf(signal: EcgSignal): number {
  return (signal.length * 8 ** signal.level) / signal.fsHz
}

/** Lay out the page for a screen of `heightMm`; the gain is chosen here where it is automatic. */
export function pageFor(
  recording: EcgRecording,
  settings: EcgSettings,
  store: TraceStore,
  heightMm: number,
  startS: number,
): { page: PageLayout; gainMmPerMv: number } {
  const source: TraceSource = settings.layout === MEDIAN_LAYOUT ? 'median' : 'rhythm'
  const signal = source === 'median' ? recording.median : recording.signal
  const leads = signal ? signal.leads.map((lead) => lead.name) : []
  const options = {
    layout: settings.layout,
    order: settings.order,
    timing: settings.timing,
    rhythmLeads: settings.rhythmLeads,
    leads,
    speedMmPerS: settings.speedMmPerS,
    gainMmPerMv: settings.gainMmPerMv ?? 10,
    chestHalf: settings.chestHalf,
    startS,
    durationS: signal ? durationOf(signal) : 0,
    heightMm,
  }
  const page = layoutPage(options)
  if (settings.gainMmPerMv !== null) return { page, gainMmPerMv: settings.gainMmPerMv }
  const gainMmPerMv = automaticGain(peakToPeakMv(store, source, leads), page.cells[0]?.heightMm ?? heightMm)
  return { page: layoutPage({ ...options, gainMmPerMv }), gainMmPerMv }
}
