// Names of the ECG room's answers: orders, analyses, reports, alerts, imports.
import type { Resident, Sex } from './types.ts'

export type OrderState =
  | 'registered'
  | 'acquired'
  | 'uploaded'
  | 'rejected'
  | 'waiting'
  | 'in_progress'
  | 'to_review'
  | 'signed'
  | 'returned'
  | 'in_consultation'
  | 'withdrawn'
  | 'amended'
  | 'void'

export type Urgency = 'emergency' | 'ward' | 'outpatient' | 'physical'
export type ConclusionClass = 'normal' | 'mostly_normal' | 'borderline' | 'abnormal'
export type CriticalState = 'none' | 'open' | 'confirmed' | 'rejected'

export interface Conclusion {
  code: string | null
  text: string
}

export interface Lock {
  holder: string
  holder_id: string
  since: string
  expires_at: string
  mine: boolean
}

export interface Order {
  id: string
  number: string
  state: OrderState
  kind: string
  urgency: Urgency
  patient: { id: string; name: string; sex: Sex; age_years: number | null; id_number_masked: string }
  origin: { id: string; name: string; town: string | null }
  department: string
  requested_by: string
  clinical_note: string
  device: { id: string; name: string } | null
  acquired_at: string | null
  uploaded_at: string | null
  waiting_since: string | null
  due_at: string | null
  limit_minutes: number | null
  remaining_seconds: number | null
  heart_rate: number | null
  machine_conclusion: Array<{ code: string; text: string; severity: string }>
  conclusion_class: ConclusionClass | null
  quality: { grade: string | null; faults: string[] } | null
  critical: CriticalState
  lock: Lock | null
  owner: string | null
  reader: string | null
  reviewer: string | null
  signed_at: string | null
  report_version: number | null
  version: number
}

export interface Recording {
  id: string
  sha256: string
  format: string
  fs_hz: number
  duration_s: number
  leads: string[]
  started_at: string | null
  size_bytes: number
  filename: string
  warnings: string[]
  received_at: string
  device: string | null
}

export interface Evidence {
  name: string
  value: number | string | null
  unit: string
  lead: string | null
  limit: number | string | null
}

export interface Statement {
  code: string
  text: string
  severity: string
  confidence: number | null
  evidence: Evidence[]
  qualifiers: string[]
}

export interface Analysis {
  id: string
  engine_version: string
  criteria_version: string
  made_at: string
  measurements: Record<string, number | null>
  matrix: Record<string, Record<string, number | null>>
  statements: Statement[]
  quality: { grade: string; leads: Record<string, { grade: string; faults: string[] }>; reversals: string[] }
  median: unknown
  beats: { samples: number[]; classes: string[] } | null
  conclusion: unknown
}

export interface ReportVersion {
  number: number
  state: string
  signed_by: string | null
  signed_at: string | null
  reason: string
}

export interface Report {
  id: string
  version_number: number
  state: 'draft' | 'to_review' | 'signed'
  findings: string
  conclusion: Conclusion[]
  conclusion_class: ConclusionClass | null
  advice: string
  reader: string | null
  reviewer: string | null
  signed_at: string | null
  published: boolean
  revision: number
  plain_text: string
  versions: ReportVersion[]
}

export type AlertState = 'raised' | 'confirmed' | 'rejected' | 'acknowledged' | 'closed'

export interface Alert {
  id: string
  order_id: string
  code: string
  text: string
  grade: 'critical' | 'major'
  state: AlertState
  raised_at: string
  due_at: string | null
  patient: { id: string; name: string; sex: Sex; age_years: number | null }
  origin: { id: string; name: string } | string
  evidence: Evidence[]
  confirmed_by: string | null
  acknowledged_by: string | null
  read_back: string
  disposal: string
}

export interface OrderDetail extends Order {
  recordings: Recording[]
  analysis: Analysis | null
  report: Report | null
  alerts: Alert[]
  history: Array<{ at: string; actor: string; from: string | null; to: string; reason: string }>
  earlier: Array<{ id: string; acquired_at: string; conclusion_text: string; state: OrderState }>
}

export interface OrderCounts {
  by_state: Partial<Record<OrderState, number>>
  critical_open: number
  overdue: number
}

export interface StatementEntry {
  code: string
  text: string
  severity: string
  category: string
  initials: string
  plain: string
}

export interface ReportTemplate {
  key: string
  name: string
  findings: string
  conclusion: Conclusion[]
  advice: string
  mine: boolean
}

export interface ReportDraft {
  findings: string
  conclusion: Conclusion[]
  conclusion_class: ConclusionClass | null
  advice: string
}

export interface Device {
  id: string
  name: string
  model: string
  serial: string
  unit: string
  last_seen_at: string | null
  state: string
}

export interface ImportPreview {
  format: string
  leads: string[]
  fs_hz: number
  duration_s: number
  started_at: string | null
  patient: Record<string, string | null>
  warnings: string[]
  quality: { grade: string; leads: Record<string, { grade: string; faults: string[] }>; reversals: string[] } | null
  duplicate_of: Order | null
  matches: Resident[]
  signal_b64: string
}

export interface ImportResult {
  order: Order
  recording_id: string
  duplicate: boolean
}

export interface ResidentReportLine {
  id: string
  acquired_at: string
  signed_at: string
  hospital: string
  origin: string
  conclusion_text: string
  conclusion_class: ConclusionClass | null
  plain_text: string
  amended: boolean
}

export interface ResidentReport extends ResidentReportLine {
  findings: string
  advice: string
  measurements: Partial<Record<'heart_rate' | 'pr_ms' | 'qrs_ms' | 'qt_ms' | 'qtc_ms', number | null>>
  recording_id: string
  reader: string | null
  reviewer: string | null
  version_number: number
}
