// Names of the ECG room's answers: orders, analyses, reports, alerts, imports. Fields from the generated schema.
import type { Narrow, Resident, Schemas, Sex } from './types.ts'

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

export type Lock = Schemas['LockOut']
export type Patient = Narrow<Schemas['PatientOut'], { sex: Sex }>

interface OrderNarrowing {
  state: OrderState
  urgency: Urgency
  critical: CriticalState
  patient: Patient
  conclusion_class: ConclusionClass | ''
}

export type Order = Narrow<Schemas['OrderOut'], OrderNarrowing>
export type Recording = Schemas['RecordingOut']

export interface Evidence {
  name: string
  value: number | string | null
  unit: string
  lead: string | null
  limit: number | string | null
}

/** One statement as the engine stores it, with its text in the reader's language. */
export interface Statement {
  code: string
  text: string
  severity: string
  confidence: number | null
  evidence: Evidence[]
  qualifiers: string[]
}

export interface SignalQuality {
  grade: string
  leads: Record<string, { grade: string; faults: string[] }>
  reversals: unknown[]
}

export type Confirmed = Narrow<
  Schemas['ConfirmedOut'],
  { measurements: Record<string, number | boolean | null>; statements: Statement[]; median: unknown }
>

export type Analysis = Narrow<
  Schemas['AnalysisOut'],
  {
    measurements: Record<string, number | boolean | null>
    statements: Statement[]
    quality: SignalQuality
    median: unknown
    confirmed: Confirmed | null
    beats: { samples?: number[]; classes?: string[] }
  }
>

export interface ReportDraft {
  findings: string
  conclusion: Conclusion[]
  conclusion_class: ConclusionClass | null
  advice: string
}

export type ReportVersion = Schemas['VersionOut']
export type Signature = Schemas['SignatureOut']
export type Report = Narrow<
  Schemas['ReportOut'],
  { state: string; conclusion: Conclusion[]; conclusion_class: ConclusionClass }
>
export type Suggestion = Narrow<
  Schemas['SuggestionOut'],
  { findings: string; advice: string; conclusion: Conclusion[]; conclusion_class: ConclusionClass }
>

export type AlertState = 'raised' | 'confirmed' | 'notified' | 'acknowledged' | 'disposed' | 'closed' | 'rejected'
export type AlertStage = 'confirm' | 'notify' | 'acknowledge' | 'dispose' | 'chart'
export type AlertVerb =
  | 'confirm'
  | 'reject'
  | 'acknowledge'
  | 'dispose'
  | 'chart'
  | 'take'
  | 'pass_on'
  | 'ask_close'
  | 'answer_close'
  | 'review'
export type Alert = Narrow<
  Schemas['AlertOut'],
  {
    state: AlertState
    grade: 'critical' | 'major'
    patient: Patient
    evidence: Evidence[]
    late: AlertStage[]
    minutes: Partial<Record<AlertStage, number>>
    may: AlertVerb[]
  }
>
export type AlertDetail = Alert & Pick<Schemas['AlertDetail'], 'steps' | 'sendings'>
export type AlertCall = Narrow<Schemas['AlertCallOut'], { patient: Patient }>
export type AlertFigure = Schemas['FigureOut']

interface DetailNarrowing extends OrderNarrowing {
  analysis: Analysis | null
  report: Report | null
  suggestion: Suggestion | null
  alerts: Alert[]
  earlier: Array<Narrow<Schemas['EarlierOut'], { state: OrderState }>>
  history: Array<Narrow<Schemas['StepOut'], { to_state: OrderState }>>
}

export type OrderDetail = Narrow<Schemas['OrderDetail'], DetailNarrowing>
export type OrderCounts = Narrow<Schemas['CountsOut'], { by_state: Partial<Record<OrderState, number>> }>
export type StatementEntry = Schemas['StatementOut']

export interface ReportTemplate {
  id: string | null
  key: string
  name: string
  findings: string
  conclusion: Conclusion[]
  conclusion_class: ConclusionClass | ''
  advice: string
  mine: boolean
}

export type Device = Schemas['DeviceOut']

export type ImportPreview = Narrow<
  Schemas['PreviewOut'],
  { patient: Record<string, unknown>; quality: Partial<SignalQuality>; duplicate_of: Order | null; matches: Resident[] }
>
export type ImportResult = Narrow<Schemas['ImportedOut'], { order: Order }>

export type ResidentReportLine = Narrow<Schemas['ReportLine'], { conclusion_class: ConclusionClass }>
export type ResidentReport = Narrow<Schemas['ReportPage'], { conclusion_class: ConclusionClass }>
export type ResidentHome = Narrow<Schemas['HomeOut'], { latest_reports: ResidentReportLine[] }>
export type AccessLine = Schemas['LookOut']
