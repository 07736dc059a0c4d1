// From an answer to what its chart draws: categories from the rows, series from columns or from measures of one unit.
import type { Definition, ReportAnswer } from '@tianmu/api/report-types.ts'
import type { ChartData } from '@tianmu/widgets/report/layout.ts'

export const nameOf = (labels: readonly string[]): string => labels.join(' \u00b7 ')

export function chartData(answer: ReportAnswer, definition: Definition): ChartData {
  const wished = definition.chart.measures.map((key) => answer.measures.findIndex((one) => one.key === key))
  const chosen = wished.filter((place) => place >= 0)
  const first = chosen[0] ?? 0
  const unit = answer.measures[first]?.unit ?? ''
  const decimals = answer.measures[first]?.decimals ?? 0
  const categories = answer.rows.map((one) => nameOf(one.labels))
  if (answer.column_heads.length > 0) {
    const series = answer.columns.map((column, at) => ({
      name: nameOf(column.labels),
      values: answer.figures.map((row) => row[at]?.[first] ?? null),
    }))
    return { categories, series, unit, decimals }
  }
  const same = answer.measures.map((_one, place) => place).filter((place) => answer.measures[place]?.unit === unit)
  const shown = chosen.length > 0 ? chosen.filter((place) => same.includes(place)) : same.slice(0, 1)
  const series = shown.map((place) => ({
    name: answer.measures[place]?.name ?? '',
    values: answer.figures.map((row) => row[0]?.[place] ?? null),
  }))
  return { categories, series, unit, decimals }
}
