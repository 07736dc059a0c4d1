// From the server's order, analysis and signal bytes to what the ECG viewer draws.
import type { Analysis, MedianBody, OrderDetail, Recording } from '@tianmu/api'
import { decodeTile } from '@tianmu/widgets/ecg/decode.ts'
import type { EcgRecording, EcgSignal, MeasurementRow, WaveMarks } from '@tianmu/widgets/ecg/model.ts'
import { t } from '../../text/ecg.ts'

export const shownMeasures = [
  'ventricular_rate',
  'p_ms',
  'pr_ms',
  'qrs_ms',
  'qt_ms',
  'qtc_bazett_ms',
  'qtc_fridericia_ms',
  'p_axis_deg',
  'qrs_axis_deg',
  't_axis_deg',
  'rv5_uv',
  'sv1_uv',
  'sokolow_uv',
] as const

function isMedian(value: unknown): value is MedianBody {
  return (
    typeof value === 'object' &&
    value !== null &&
    'uv' in value &&
    Array.isArray(value.uv) &&
    'fs_hz' in value &&
    'leads' in value
  )
}

/** Measurements with name and unit; amplitudes in mV, unknown stays null. */
export function measurementRows(analysis: Pick<Analysed, 'measurements'> | null): MeasurementRow[] {
  if (!analysis) return []
  return shownMeasures.map((key) => {
    const raw = analysis.measurements[key]
    const value = typeof raw === 'number' ? raw : null
    const label = t.measures[key] ?? key
    if (key === 'ventricular_rate')
      return { key, label, value: value === null ? null : Math.round(value), unit: t.units.perMinute }
    if (key.endsWith('_uv'))
      return { key, label, value: value === null ? null : Math.round(value / 10) / 100, unit: t.units.mv }
    const unit = key.endsWith('_deg') ? t.units.deg : t.units.ms
    return { key, label, value: value === null ? null : Math.round(value), unit }
  })
}

/** The median beat as a signal of 1 µV per step. */
export function medianSignal(median: unknown): EcgSignal | null {
  if (!isMedian(median) || median.uv.length === 0) return null
  const leads = median.leads.flatMap((name, index) => {
    const values = median.uv[index]
    if (!values) return []
    const low = Int16Array.from(values, (uv) => Math.max(-32767, Math.min(32767, Math.round(uv))))
    return [{ name, uvPerLsb: 1, low, high: low }]
  })
  return { fsHz: median.fs_hz, level: 0, firstSample: 0, length: leads[0]?.low.length ?? 0, leads }
}

/** Boundaries of the median beat in ms from its start. */
export function medianMarks(median: unknown): WaveMarks | null {
  if (!isMedian(median)) return null
  const { boundaries, fs_hz: fsHz } = median
  const ms = (name: string) => {
    const sample = boundaries[name]
    return typeof sample === 'number' ? (sample * 1000) / fsHz : null
  }
  return {
    pOnset: ms('p_onset'),
    pEnd: ms('p_end'),
    qrsOnset: ms('qrs_onset'),
    qrsEnd: ms('qrs_end'),
    tEnd: ms('t_end'),
  }
}

interface Analysed {
  measurements: Analysis['measurements']
  median: unknown
  beats?: { samples?: readonly number[]; classes?: readonly string[] } | null
}

/** A recording with what was measured on it; throws TileError for bytes that are no signal. */
export function recordingFrom(
  stored: Pick<Recording, 'id' | 'fs_hz'>,
  analysed: Analysed | null,
  bytes: ArrayBuffer,
): EcgRecording {
  const rate = analysed?.measurements['ventricular_rate']
  return {
    id: stored.id,
    signal: decodeTile(bytes),
    median: medianSignal(analysed?.median),
    marks: medianMarks(analysed?.median),
    beats: (analysed?.beats?.samples ?? []).map((sample, index) => ({
      timeS: sample / stored.fs_hz,
      beatClass: analysed?.beats?.classes?.[index] ?? 'Q',
    })),
    measurements: measurementRows(analysed),
    ratePerMin: typeof rate === 'number' ? rate : null,
  }
}

/** Everything the viewer needs for one examination: a reader's own values count, the machine's marks stay in sight. */
export function toRecording(order: OrderDetail, bytes: ArrayBuffer): EcgRecording | null {
  const stored = order.recordings[0]
  if (!stored) return null
  const { analysis } = order
  const machine = recordingFrom(stored, analysis, bytes)
  const ratePerMin = machine.ratePerMin ?? order.heart_rate
  const own = analysis?.confirmed
  if (!own) return { ...machine, ratePerMin, machineMarks: null }
  return {
    ...machine,
    ratePerMin,
    marks: medianMarks(own.median),
    machineMarks: machine.marks,
    measurements: measurementRows(own),
  }
}
