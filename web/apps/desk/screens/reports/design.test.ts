import { describe, expect, it } from 'vitest'
import type { ReportField } from '@tianmu/api/report-types.ts'
import {
  Steps,
  crossed,
  differences,
  emptyDefinition,
  freeKey,
  moved,
  withField,
  withFilter,
  without,
} from './design.ts'

const field = (key: string, kind: string): ReportField => ({
  key,
  kind,
  name: key,
  name_en: key,
  meaning: '',
  meaning_en: '',
  unit: '',
  expression: '',
  person: false,
  closed: '',
  grains: [],
  operators: [],
  values: [],
})
const empty = emptyDefinition('ecg.examinations')

describe('designing a report', () => {
  it('makes of a field what suits its kind', () => {
    const made = (kind: string) => withField(empty, 'measures', field('x', kind), 'x').measures[0]
    expect(made('number')).toMatchObject({ function: 'mean', field: 'x' })
    expect(made('boolean')).toMatchObject({ function: 'ratio', where: 'x', field: null })
    expect(made('unit')).toMatchObject({ function: 'distinct', field: 'x' })
    expect(withField(empty, 'rows', field('at', 'instant'), '').rows).toEqual([{ field: 'at', grain: 'month' }])
    expect(withField(empty, 'filters', field('at', 'day'), '').filters[0]).toMatchObject({ operator: 'period' })
  })

  it('gives every figure a key of its own', () => {
    expect(freeKey('检查量', [])).toBe('field')
    expect(freeKey('n', ['n', 'n_2'])).toBe('n_3')
  })

  it('takes out with a thing what stands on it', () => {
    let now = withField(empty, 'rows', field('origin', 'unit'), '')
    now = withField(now, 'measures', field('age', 'number'), '年龄')
    now = { ...now, sort: [{ by: 'age', descending: true }], chart: { kind: 'bar', measures: ['age'] } }
    const less = without(now, 'measures', 0)
    expect([less.sort, less.chart.measures]).toEqual([[], []])
    const asked = withFilter(
      withField(now, 'filters', field('origin', 'unit'), ''),
      0,
      { field: 'origin', operator: 'one_of', values: [], parameter: 'where' },
      { key: 'where', name: '机构', name_en: '', values: [], required: false },
    )
    expect(asked.parameters).toHaveLength(1)
    expect(without(asked, 'filters', 0).parameters).toEqual([])
    expect(without(asked, 'parameters', 0).filters).toEqual([])
  })

  it('moves fields within and across', () => {
    expect(moved(['a', 'b', 'c'], 0, 2)).toEqual(['b', 'c', 'a'])
    expect(moved(['a', 'b'], 1, 9)).toEqual(['a', 'b'])
    const now = withField(empty, 'rows', field('sex', 'code'), '')
    expect(crossed(now, 'rows', 0).columns).toEqual([{ field: 'sex', grain: '' }])
  })

  it('undoes and does again, and a new step ends what was undone', () => {
    const steps = new Steps(1)
    steps.take(2)
    steps.take(2)
    steps.take(3)
    steps.undo()
    expect([steps.now, steps.canRedo]).toEqual([2, true])
    steps.redo()
    expect(steps.now).toBe(3)
    steps.undo()
    steps.take(9)
    expect([steps.canRedo, steps.now]).toEqual([false, 9])
    for (let number = 10; number < 300; number += 1) steps.take(number)
    let back = 0
    while (steps.canUndo) {
      steps.undo()
      back += 1
    }
    expect(back).toBe(100)
  })

  it('tells in what two versions differ', () => {
    expect(differences(empty, { ...empty, top: 5 })).toEqual(['top'])
  })
})
