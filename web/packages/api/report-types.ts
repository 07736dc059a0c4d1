// Answers of the report designer.
import type { Schemas } from './types.ts'

export type ReportAnswer = Schemas['AnswerOut']
export type ReportCatalogue = Schemas['DesignCatalogueOut']
export type ReportDataSet = Schemas['DataSetOut']
export type ReportField = Schemas['DataFieldOut']
export type Report = Schemas['DesignOut']
export type ReportPage = Schemas['DesignPageOut']
export type ReportVersion = Schemas['DesignVersionOut']
export type ReportSchedule = Schemas['DesignScheduleOut']
export type ScheduleWish = Schemas['DesignScheduleIn']
export type KeptFile = Schemas['KeptFileOut']
export type Recipient = Schemas['RecipientOut']
export type Tried = Schemas['ExpressionOut']
export type CellPlace = Schemas['CellIn']

/** Values of parameters by key. */
export type Given = Record<string, (string | number | boolean)[]>
export type Scalar = string | number | boolean
export type Grain = '' | 'year' | 'quarter' | 'month' | 'week' | 'day' | 'hour' | 'weekday'
export type MeasureFunction =
  'count' | 'distinct' | 'sum' | 'mean' | 'median' | 'percentile' | 'least' | 'greatest' | 'share' | 'ratio'
export type ChartKind = 'auto' | 'none' | 'bar' | 'column' | 'line' | 'area' | 'pie' | 'heat'

export interface Dimension {
  field: string
  grain: Grain
}

export interface Measure {
  key: string
  name: string
  name_en: string
  function: MeasureFunction
  field: string | null
  where: string
  among: string
  percentile: number
  of: 'total' | 'row' | 'column'
  decimals: number
}

export interface Filter {
  field: string
  operator: string
  values: Scalar[]
  parameter: string | null
}

export interface Parameter {
  key: string
  name: string
  name_en: string
  values: Scalar[]
  required: boolean
}

export interface Calculated {
  key: string
  name: string
  name_en: string
  expression: string
}

/** A report as the server keeps it; every part is present in what the server answers. */
export interface Definition {
  schema_version: 1
  dataset: string
  calculated: Calculated[]
  rows: Dimension[]
  columns: Dimension[]
  measures: Measure[]
  filters: Filter[]
  parameters: Parameter[]
  sort: { by: string; descending: boolean }[]
  top: number | null
  totals: { rows: boolean; columns: boolean }
  chart: { kind: ChartKind; measures: string[] }
  paper: { landscape: boolean; header: string; footer: string }
}
