// Fields of a data set and the calculated ones of a report, as one list.
import type { Calculated, Definition, ReportDataSet, ReportField } from '@tianmu/api/report-types.ts'
import { language } from '@tianmu/ui'

const timed = ['period', 'empty', 'known']
const operators: Record<string, string[]> = {
  number: ['one_of', 'none_of', 'at_least', 'at_most', 'more_than', 'less_than', 'between', 'empty', 'known'],
  text: ['one_of', 'none_of', 'contains', 'starts_with', 'empty', 'known'],
  boolean: ['is_true', 'is_false', 'empty', 'known'],
  instant: timed,
  day: timed,
}
const grains: Record<string, string[]> = {
  instant: ['year', 'quarter', 'month', 'week', 'day', 'hour', 'weekday'],
  day: ['year', 'quarter', 'month', 'week', 'day', 'weekday'],
}

/** A calculated field as the designer shows fields; `kind` is what its expression gives. */
export function calculatedField(one: Calculated, kind: string): ReportField {
  const known = kind || 'text'
  return {
    key: one.key,
    kind: known,
    name: one.name,
    name_en: one.name_en,
    meaning: one.expression,
    meaning_en: one.expression,
    unit: '',
    expression: one.expression,
    person: false,
    closed: '',
    grains: grains[known] ?? [],
    operators: operators[known] ?? [],
    values: [],
  }
}

export function fieldsOf(dataset: ReportDataSet, definition: Definition, kinds: Record<string, string>): ReportField[] {
  return [...dataset.fields, ...definition.calculated.map((one) => calculatedField(one, kinds[one.key] ?? ''))]
}

export const nameOf = (one: { name: string; name_en: string }): string =>
  language() === 'en' && one.name_en ? one.name_en : one.name
