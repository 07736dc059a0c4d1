// What may be done with a report that is being made: each step gives a new definition, so that steps can be undone.
import type {
  Calculated,
  Definition,
  Dimension,
  Filter,
  Grain,
  Measure,
  MeasureFunction,
  Parameter,
  ReportField,
} from '@tianmu/api/report-types.ts'

export type Well = 'rows' | 'columns' | 'measures' | 'filters'
export type Part = Well | 'calculated' | 'parameters'

export function emptyDefinition(dataset: string): Definition {
  return {
    schema_version: 1,
    dataset,
    calculated: [],
    rows: [],
    columns: [],
    measures: [],
    filters: [],
    parameters: [],
    sort: [],
    top: null,
    totals: { rows: true, columns: true },
    chart: { kind: 'auto', measures: [] },
    paper: { landscape: false, header: '', footer: '' },
  }
}

/** A key that no other of a list has: the wish itself, else with a number behind. */
export function freeKey(wish: string, taken: readonly string[]): string {
  const plain =
    wish
      .toLowerCase()
      .replace(/[^a-z0-9_]/g, '')
      .replace(/^[^a-z]+/, '')
      .slice(0, 30) || 'field'
  if (!taken.includes(plain)) return plain
  for (let number = 2; ; number += 1) if (!taken.includes(`${plain}_${number}`)) return `${plain}_${number}`
}

export function newDimension(field: ReportField): Dimension {
  const grain: Grain = field.kind === 'instant' || field.kind === 'day' ? 'month' : ''
  return { field: field.key, grain }
}

/** What a field becomes as a figure: numbers their mean, conditions their share, everything else how many differ. */
export function newMeasure(field: ReportField | null, definition: Definition, name: string): Measure {
  const keys = definition.measures.map((one) => one.key)
  const made: Measure = {
    key: freeKey(field?.key ?? 'count', keys),
    name,
    name_en: field?.name_en ?? '',
    function: 'count',
    field: null,
    where: '',
    among: '',
    percentile: 90,
    of: 'total',
    decimals: 1,
  }
  if (!field) return made
  if (field.kind === 'boolean') return { ...made, function: 'ratio', where: field.key }
  const kind: MeasureFunction = field.kind === 'number' ? 'mean' : 'distinct'
  return { ...made, function: kind, field: field.key }
}

export function newFilter(field: ReportField): Filter {
  const timed = field.kind === 'instant' || field.kind === 'day'
  if (timed) return { field: field.key, operator: 'period', values: ['last_30_days'], parameter: null }
  if (field.kind === 'boolean') return { field: field.key, operator: 'is_true', values: [], parameter: null }
  return { field: field.key, operator: field.kind === 'number' ? 'at_least' : 'one_of', values: [], parameter: null }
}

export function withField(definition: Definition, well: Well, field: ReportField, name: string): Definition {
  switch (well) {
    case 'rows':
    case 'columns':
      return { ...definition, [well]: [...definition[well], newDimension(field)] }
    case 'measures':
      return { ...definition, measures: [...definition.measures, newMeasure(field, definition, name)] }
    case 'filters':
      return { ...definition, filters: [...definition.filters, newFilter(field)] }
  }
}

/** Take one out of a part; what stood on it goes with it. */
export function without(definition: Definition, part: Part, place: number): Definition {
  const gone = definition[part][place]
  const left = { ...definition, [part]: definition[part].filter((_one, at) => at !== place) }
  if (!gone) return definition
  if (part === 'parameters') {
    const key = (gone as Parameter).key
    return { ...left, filters: left.filters.filter((one) => one.parameter !== key) }
  }
  if (part === 'calculated') return withoutField(left, (gone as Calculated).key)
  if (part === 'filters') return unusedParametersGone(left)
  return sortKept(left)
}

function withoutField(definition: Definition, key: string): Definition {
  return sortKept({
    ...definition,
    rows: definition.rows.filter((one) => one.field !== key),
    columns: definition.columns.filter((one) => one.field !== key),
    measures: definition.measures.filter((one) => one.field !== key),
    filters: definition.filters.filter((one) => one.field !== key),
  })
}

function unusedParametersGone(definition: Definition): Definition {
  const used = new Set(definition.filters.map((one) => one.parameter))
  return { ...definition, parameters: definition.parameters.filter((one) => used.has(one.key)) }
}

function sortKept(definition: Definition): Definition {
  const known = new Set([...definition.measures.map((one) => one.key), ...definition.rows.map((one) => one.field)])
  const measures = definition.measures.map((one) => one.key)
  return {
    ...definition,
    sort: definition.sort.filter((one) => known.has(one.by)),
    chart: { ...definition.chart, measures: definition.chart.measures.filter((one) => measures.includes(one)) },
  }
}

/** Put one of a part at another place of it. */
export function moved<T>(list: readonly T[], from: number, to: number): T[] {
  const left = [...list]
  const [one] = left.splice(from, 1)
  if (one !== undefined) left.splice(Math.max(0, Math.min(to, left.length)), 0, one)
  return left
}

/** Move a dimension to the other well, at a place. */
export function crossed(definition: Definition, from: 'rows' | 'columns', place: number): Definition {
  const one = definition[from][place]
  if (!one) return definition
  const to = from === 'rows' ? 'columns' : 'rows'
  const left = { ...definition, [from]: definition[from].filter((_one, at) => at !== place) }
  return sortKept({ ...left, [to]: [...definition[to], one] })
}

export function withGrain(definition: Definition, part: 'rows' | 'columns', place: number, grain: Grain): Definition {
  return { ...definition, [part]: definition[part].map((one, at) => (at === place ? { ...one, grain } : one)) }
}

/** Put a filter in its place, with the parameter it asks by, if it does. */
export function withFilter(
  definition: Definition,
  place: number,
  filter: Filter,
  parameter: Parameter | null,
): Definition {
  const filters = definition.filters.map((one, at) => (at === place ? filter : one))
  const others = definition.parameters.filter((one) => one.key !== parameter?.key)
  return unusedParametersGone({ ...definition, filters, parameters: parameter ? [...others, parameter] : others })
}

/** Names of the parts in which two definitions differ. */
export function differences(one: Definition, other: Definition): (keyof Definition)[] {
  const keys = Object.keys(one) as (keyof Definition)[]
  return keys.filter((key) => JSON.stringify(one[key]) !== JSON.stringify(other[key]))
}

/** Steps that can be undone and done again, at most a hundred. */
export class Steps<T> {
  private readonly past: T[] = []
  private readonly future: T[] = []

  constructor(public now: T) {}

  get canUndo(): boolean {
    return this.past.length > 0
  }

  get canRedo(): boolean {
    return this.future.length > 0
  }

  take(next: T): void {
    if (JSON.stringify(next) === JSON.stringify(this.now)) return
    this.past.push(this.now)
    if (this.past.length > 100) this.past.shift()
    this.future.length = 0
    this.now = next
  }

  undo(): void {
    const last = this.past.pop()
    if (last === undefined) return
    this.future.push(this.now)
    this.now = last
  }

  redo(): void {
    const next = this.future.pop()
    if (next === undefined) return
    this.past.push(this.now)
    this.now = next
  }
}
