// Names of the Holter station's answers. The view holds the engine's own field names (docs/algorithms/ecg-holter-station.md).
import type { Order, ReportDraft } from './ecg-types.ts'
import type { Narrow, Schemas } from './types.ts'

export interface HolterInstant {
  value: number
  at_s: number
}

export interface EctopyCounts {
  beats: number
  singles: number
  couplets: number
  runs: number
  run_beats: number
  bigeminy: number
  trigeminy: number
}

export interface HolterHour {
  start_s: number
  stop_s: number
  beats: number
  rate_min: number | null
  rate_mean: number | null
  rate_max: number | null
  ventricular: EctopyCounts
  supraventricular: EctopyCounts
  pauses: number[]
  fibrillation_minutes: number
  st_minutes: number
  unreadable_minutes: number
}

export interface HolterTotals {
  recorded_hours: number
  readable_hours: number
  beats: number
  rate_mean: number | null
  rate_fastest: HolterInstant | null
  rate_slowest: HolterInstant | null
  longest_rr_ms: HolterInstant | null
  ventricular: EctopyCounts
  supraventricular: EctopyCounts
  paced_beats: number
  fusion_beats: number
  unknown_beats: number
  ventricular_load_pct: number
  supraventricular_load_pct: number
  fibrillation_minutes: number
  fibrillation_burden_pct: number
  fibrillation_longest_s: number
  pauses: number[]
  lown: string
}

export type EventState = 'open' | 'accepted' | 'rejected'

export interface HolterEvent {
  key: string
  kind: string
  shown_kind: string
  state: EventState
  start_s: number
  stop_s: number
  strip: [number, number]
  beats: number
  rate: number | null
  value: number | null
  unit: string
  lead: string | null
  text: string | null
  marked: boolean
  note: string
}

export interface HolterStrip {
  number: number
  start_s: number
  stop_s: number
  caption: string
  leads: string[]
}

export interface HolterDiaryLine {
  number: number
  at_s: number
  text: string
}

export interface HolterQt {
  at_s: number[]
  qt_ms: number[]
  rr_ms: number[]
  qtc_ms: number[]
  qtc_mean_ms: number | null
  qtc_max_ms: HolterInstant | null
  slope: number | null
}

/** Indices by name; what is not reckoned is null. */
export type HrvGroup = Record<string, number | null>

export interface HolterHrv {
  usable_pct: number
  usable_hours: number
  time: HrvGroup
  frequency: HrvGroup
  nonlinear: HrvGroup
  deceleration_ms: number | null
  turbulence: HrvGroup | null
  missing: Record<string, string>
  risk: Record<string, string | null>
  segments: Record<string, (number | null)[]>
}

export interface HolterRecording {
  started_at: string | null
  fs_hz: number
  samples: number
  duration_s: number
  leads: string[]
  readable_pct: number[]
}

export interface HolterView {
  criteria_version: string
  recording: HolterRecording
  totals: HolterTotals
  hours: HolterHour[]
  events: HolterEvent[]
  event_counts: Record<string, number>
  strips: HolterStrip[]
  diary: HolterDiaryLine[]
  st: { bin_s: number; level_uv: (number | null)[][]; usual_uv: (number | null)[]; episodes: HolterStEpisode[] }
  qt: HolterQt
  apnoea: { cycles: number; cycles_per_h: number | null; hint: boolean }
  hrv: HolterHrv
  trends: {
    rate_mean: (number | null)[]
    rate_min: (number | null)[]
    rate_max: (number | null)[]
    rr_histogram: number[]
    rr_histogram_from_ms: number
    rr_histogram_bin_ms: number
    fibrillation_density: (number | null)[]
  }
}

export interface HolterStEpisode {
  lead: string
  start_s: number
  stop_s: number
  peak_uv: number
  peak_at_s: number
  level_uv: number
  rate: number | null
}

interface HolterNarrowing {
  order: Order
  view: HolterView | null
  suggestion: ReportDraft | null
}

export type Holter = Narrow<Schemas['HolterOut'], HolterNarrowing>
export type HolterEditIn = Schemas['EditIn']
export type HolterEditLine = Schemas['EditLineOut']

interface EarlierNarrowing {
  recording: HolterRecording
  totals: HolterTotals
  qt: Pick<HolterQt, 'qtc_mean_ms' | 'qtc_max_ms' | 'slope'>
  hrv: Omit<HolterHrv, 'segments'>
}

export type EarlierHolter = Narrow<Schemas['EarlierHolterOut'], EarlierNarrowing>

export interface HolterCluster {
  number: number
  label: string
  beats: number
  classes: Record<string, number>
  mean_uv: number[][]
  examples_uv: number[][][]
  example_samples: number[]
}

export interface HolterTemplates {
  leads: string[]
  rate_hz: number
  before_s: number
  edits: number
  clusters: HolterCluster[]
}

interface UploadNarrowing {
  state: 'open' | 'done' | 'failed'
}

export type HolterUpload = Narrow<Schemas['UploadOut'], UploadNarrowing>
