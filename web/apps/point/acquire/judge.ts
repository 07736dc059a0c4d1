// The station's own verdict before sending: grade, faults of each lead, suspected reversals. The engine's leads when it can be asked.
import { standardLeads, type Traces } from './leads.ts'
import { gradeSignals, type Grade, type LeadVerdict } from './quality.ts'
import { findReversals } from './reversal.ts'

export interface Verdict {
  grade: Grade
  leads: Record<string, LeadVerdict>
  reversals: string[]
}

export function judge(traces: Traces): Verdict {
  const signals = standardLeads(traces)
  const { grade, leads } = gradeSignals(signals, traces)
  const lost = new Set(Object.keys(leads).filter((name) => leads[name]?.grade === 'D'))
  const kept = signals.names.flatMap((name, index) => (lost.has(name) ? [] : [index]))
  const usable = {
    ...signals,
    names: kept.map((index) => signals.names[index] ?? ''),
    uv: kept.map((index) => signals.uv[index] ?? new Float64Array()),
    gaps: kept.map((index) => signals.gaps[index] ?? null),
  }
  return { grade, leads, reversals: kept.length > 0 ? findReversals(usable) : [] }
}
