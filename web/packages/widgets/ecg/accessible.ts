// What a table can say of the picture: measurements, leads with their ranges and gaps, calipers, intervals from moved marks.
import { caliperValues, correctQt, intervalsOf } from './calipers.ts'
import { type Caliper, type EcgSignal, MISSING, type MeasurementRow, type WaveMarks } from './model.ts'

export const NOT_RECORDED = '—'

/** A value as text; unknown is a dash, never zero. */
export function shown(value: number | string | null, digits = 0): string {
  if (value === null || (typeof value === 'number' && !Number.isFinite(value))) return NOT_RECORDED
  return typeof value === 'string' ? value : value.toFixed(digits)
}

export interface LeadRow {
  lead: string
  lowMv: number | null
  highMv: number | null
  missingPercent: number
}

export function leadRows(signal: EcgSignal): LeadRow[] {
  return signal.leads.map((lead) => {
    let low = Infinity
    let high = -Infinity
    let missing = 0
    for (let i = 0; i < lead.low.length; i++) {
      const least = lead.low[i] ?? MISSING
      if (least === MISSING) {
        missing++
        continue
      }
      low = Math.min(low, least)
      high = Math.max(high, lead.high[i] ?? least)
    }
    const none = high < low
    const toMv = (sample: number) => (none ? null : (sample * lead.uvPerLsb) / 1000)
    const missingPercent = lead.low.length === 0 ? 0 : (100 * missing) / lead.low.length
    return { lead: lead.name, lowMv: toMv(low), highMv: toMv(high), missingPercent }
  })
}

export interface CaliperRow {
  id: number
  lead: string
  ms: string
  mv: string
  perMin: string
}

export function caliperRows(calipers: readonly Caliper[]): CaliperRow[] {
  return calipers.map((caliper) => {
    const values = caliperValues(caliper)
    return {
      id: caliper.id,
      lead: caliper.lead,
      ms: shown(values.ms),
      mv: ['time', 'march', 'parallel'].includes(caliper.kind) ? NOT_RECORDED : shown(values.mv, 2),
      perMin: shown(values.perMin),
    }
  })
}

export type IntervalKey = 'p' | 'pr' | 'qrs' | 'qt' | 'qtcBazett' | 'qtcFridericia' | 'qtcFramingham' | 'qtcHodges'

/** Intervals of the reader's wave marks with the corrected QT of the recording's rate, ms. */
export function markRows(marks: WaveMarks, ratePerMin: number | null): { key: IntervalKey; ms: number | null }[] {
  const { pMs, prMs, qrsMs, qtMs } = intervalsOf(marks)
  const corrected = qtMs !== null && ratePerMin ? correctQt(qtMs, 60_000 / ratePerMin) : null
  return [
    { key: 'p', ms: pMs },
    { key: 'pr', ms: prMs },
    { key: 'qrs', ms: qrsMs },
    { key: 'qt', ms: qtMs },
    { key: 'qtcBazett', ms: corrected?.bazettMs ?? null },
    { key: 'qtcFridericia', ms: corrected?.fridericiaMs ?? null },
    { key: 'qtcFramingham', ms: corrected?.framinghamMs ?? null },
    { key: 'qtcHodges', ms: corrected?.hodgesMs ?? null },
  ]
}

/** A measurement as text for the table: integers as they are, others with one digit. */
export function measurementText(row: MeasurementRow): string {
  return shown(row.value, typeof row.value === 'number' && !Number.isInteger(row.value) ? 1 : 0)
}
