// What the ECG viewer shows: samples, the beats and waves found in them, the reader's marks, and how they are drawn.

/** A missing sample in 16-bit data; it is drawn as a gap, never bridged. */
export const MISSING = -32768

/** Planar 16-bit leads as a tile brings them. At level 0 `low` and `high` are the same samples, above they are minima and maxima. */
export interface LeadSamples {
  name: string
  uvPerLsb: number
  low: Int16Array
  high: Int16Array
}

export interface EcgSignal {
  /** Sampling rate of level 0, Hz. */
  fsHz: number
  level: number
  /** Index of the first value on the clock of level 0. */
  firstSample: number
  /** Values per lead: samples at level 0, pairs above. */
  length: number
  leads: LeadSamples[]
}

/** One lead ready to draw, in µV with NaN for gaps; `high` is `low` itself at level 0. */
export interface Trace {
  lead: string
  low: Float32Array
  high: Float32Array
  valuesPerS: number
  firstS: number
}

/** Marks of one beat in ms from the start of the median beat; null where there is no such wave. */
export interface WaveMarks {
  pOnset: number | null
  pEnd: number | null
  qrsOnset: number | null
  qrsEnd: number | null
  tEnd: number | null
}

export type WaveMark = keyof WaveMarks

export const WAVE_MARKS: readonly WaveMark[] = ['pOnset', 'pEnd', 'qrsOnset', 'qrsEnd', 'tEnd']

/** Whether two sets of marks are the same to half a millisecond. */
export function sameMarks(a: WaveMarks | null, b: WaveMarks | null): boolean {
  if (a === null || b === null) return a === b
  return WAVE_MARKS.every((mark) => {
    const one = a[mark]
    const other = b[mark]
    return one === null || other === null ? one === other : Math.abs(one - other) < 0.5
  })
}

/** One detected beat: time from the start of the recording, AAMI class. */
export interface BeatMark {
  timeS: number
  beatClass: string
}

/** One value of the measurement table; null is unknown and shown as a dash. */
export interface MeasurementRow {
  key: string
  label: string
  value: number | string | null
  unit: string
}

export interface EcgRecording {
  id: string
  signal: EcgSignal
  median: EcgSignal | null
  marks: WaveMarks | null
  /** The machine's own marks where `marks` are a reader's; drawn beside them, dotted. */
  machineMarks?: WaveMarks | null
  beats: BeatMark[]
  measurements: MeasurementRow[]
  /** Mean heart rate for the text line, null where unknown. */
  ratePerMin: number | null
}

export type CaliperKind = 'both' | 'time' | 'voltage' | 'march' | 'parallel' | 'angle'

/** A pair of calipers; times from the start of what it stands on, voltages of `lead`. */
export interface Caliper {
  id: number
  kind: CaliperKind
  lead: string
  source: TraceSource
  fromS: number
  toS: number
  fromUv: number
  toUv: number
  /** Another reader who set it: shown with her name, and not to be moved. */
  reader?: string
}

export type TraceSource = 'rhythm' | 'median'
export type LeadOrder = 'standard' | 'cabrera'
export type Timing = 'sequential' | 'simultaneous'
export type PaperTheme = 'pink' | 'green' | 'grey' | 'dark'
export type Tool = 'pan' | 'caliper' | 'march' | 'parallel' | 'angle'

/** Display filters in Hz; null means as recorded. */
export interface DisplayFilters {
  highPassHz: number | null
  lowPassHz: number | null
  notchHz: number | null
}

export interface EcgSettings {
  layout: string
  order: LeadOrder
  timing: Timing
  rhythmLeads: string[]
  speedMmPerS: number
  /** mm per mV, or null for automatic. */
  gainMmPerMv: number | null
  chestHalf: boolean
  filters: DisplayFilters
  theme: PaperTheme
  tool: Tool
  /** Pixels (CSS) per millimetre of this screen after calibration. */
  pxPerMm: number
}

export const SPEEDS_MM_PER_S = [5, 6.25, 10, 12.5, 25, 50, 100] as const
export const GAINS_MM_PER_MV = [2.5, 5, 10, 20, 40] as const
export const HIGH_PASS_HZ = [0.05, 0.15, 0.5] as const
export const LOW_PASS_HZ = [25, 35, 40, 75, 100, 150] as const
export const NOTCH_HZ = [50, 60] as const

/** CSS defines 96 px as 25.4 mm; true only after calibration. */
export const NOMINAL_PX_PER_MM = 96 / 25.4

/** Layout id of the page of representative beats. */
export const MEDIAN_LAYOUT = 'median'

export const DEFAULT_SETTINGS: EcgSettings = {
  layout: '3x4+1R',
  order: 'standard',
  timing: 'sequential',
  rhythmLeads: ['II', 'V1', 'V5'],
  speedMmPerS: 25,
  gainMmPerMv: 10,
  chestHalf: false,
  filters: { highPassHz: 0.05, lowPassHz: 150, notchHz: null },
  theme: 'pink',
  tool: 'pan',
  pxPerMm: NOMINAL_PX_PER_MM,
}
