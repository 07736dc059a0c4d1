// The change of an audit line, field by field.
export interface FieldChange {
  field: string
  before: string
  after: string
  changed: boolean
}

function words(value: unknown): string {
  if (value === undefined) return ''
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function fieldsOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {}
}

/** Every field of either side, the changed ones first. */
export function changesOf(old: unknown, fresh: unknown): FieldChange[] {
  const before = fieldsOf(old)
  const after = fieldsOf(fresh)
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])]
  return names
    .map((field) => {
      const [was, is] = [words(before[field]), words(after[field])]
      return { field, before: was, after: is, changed: was !== is }
    })
    .sort((one, other) => Number(other.changed) - Number(one.changed))
}
