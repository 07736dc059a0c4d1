// Pure parts of the report editor: the conclusion class from its statements, templates with the heart rate, library search.
import type { Conclusion, ConclusionClass, Report, ReportDraft, ReportTemplate, StatementEntry } from '@tianmu/api'

export const emptyDraft = (): ReportDraft => ({ findings: '', conclusion: [], conclusion_class: null, advice: '' })

export function draftOf(report: Report | null): ReportDraft {
  if (!report) return emptyDraft()
  return {
    findings: report.findings,
    conclusion: report.conclusion.map((line) => ({ ...line })),
    conclusion_class: report.conclusion_class,
    advice: report.advice,
  }
}

export function isReportDraft(value: unknown): value is ReportDraft {
  return (
    typeof value === 'object' &&
    value !== null &&
    'findings' in value &&
    'conclusion' in value &&
    Array.isArray(value.conclusion)
  )
}

const classBySeverity: Record<string, ConclusionClass> = {
  normal: 'normal',
  borderline: 'borderline',
  abnormal: 'abnormal',
  critical: 'abnormal',
}
const classRank: readonly ConclusionClass[] = ['normal', 'mostly_normal', 'borderline', 'abnormal']

/** The class that the gravest known statement asks for; null when none of them is in the library. */
export function classFor(
  conclusion: readonly Conclusion[],
  library: readonly StatementEntry[],
): ConclusionClass | null {
  const classes = conclusion.flatMap((line) => {
    const entry = library.find((one) => one.code === line.code || one.text === line.text)
    const found = entry ? classBySeverity[entry.severity] : undefined
    return found ? [found] : []
  })
  return classes.reduce<ConclusionClass | null>(
    (worst, one) => (worst === null || classRank.indexOf(one) > classRank.indexOf(worst) ? one : worst),
    null,
  )
}

/** Values that a template may name in braces. */
export type TemplateValues = Readonly<Record<string, number | null>>

const templateFields: Readonly<Record<string, string>> = {
  HR: 'ventricular_rate',
  PR: 'pr_ms',
  QRS: 'qrs_ms',
  QT: 'qt_ms',
  QTc: 'qtc_fridericia_ms',
  AXIS: 'qrs_axis_deg',
}

/** Values for templates from the measurements that count; the heart rate of the list where the engine gave none. */
export function templateValues(
  measurements: Readonly<Record<string, number | boolean | null>>,
  heartRate: number | null,
): TemplateValues {
  const found = Object.entries(templateFields).map(([name, field]) => {
    const value = measurements[field]
    return [name, typeof value === 'number' ? value : name === 'HR' ? heartRate : null] as const
  })
  return Object.fromEntries(found)
}

/** Put measured values into a template; an unknown one stays as its placeholder, to be seen. */
export function withValues(text: string, values: TemplateValues): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name]
    return typeof value === 'number' ? String(Math.round(value)) : whole
  })
}

/** A draft with the template laid over it: its conclusion replaces, nothing typed is lost from the advice. */
export function applyTemplate(draft: ReportDraft, template: ReportTemplate, values: TemplateValues): ReportDraft {
  return {
    ...draft,
    findings: withValues(template.findings, values),
    conclusion: template.conclusion.map((line) => ({ ...line, text: withValues(line.text, values) })),
    advice: template.advice || draft.advice,
  }
}

/** Add a line once. */
export function addConclusion(draft: ReportDraft, line: Conclusion): ReportDraft {
  const there = draft.conclusion.some((one) => (line.code !== null && one.code === line.code) || one.text === line.text)
  return there ? draft : { ...draft, conclusion: [...draft.conclusion, line] }
}

const mostHits = 8

/** Library entries by text, pinyin initials or code; entries that begin with the wanted letters first. */
export function findStatements(library: readonly StatementEntry[], wanted: string): StatementEntry[] {
  const text = wanted.trim().toLowerCase()
  if (!text) return []
  const starts = (entry: StatementEntry) =>
    entry.initials.toLowerCase().startsWith(text) || entry.text.toLowerCase().startsWith(text) || entry.code === text
  const contains = (entry: StatementEntry) =>
    entry.text.toLowerCase().includes(text) || entry.initials.toLowerCase().includes(text)
  const first = library.filter(starts)
  const rest = library.filter((entry) => !first.includes(entry) && contains(entry))
  return [...first, ...rest].slice(0, mostHits)
}
