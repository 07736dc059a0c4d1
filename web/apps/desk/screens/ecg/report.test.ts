import { expect, test } from 'vitest'
import type { ReportTemplate, StatementEntry } from '@tianmu/api'
import {
  addConclusion,
  applyTemplate,
  classFor,
  emptyDraft,
  findStatements,
  templateValues,
  withValues,
} from './report.ts'

const entry = (code: string, text: string, severity: string, initials: string): StatementEntry => ({
  code,
  text,
  severity,
  category: '',
  initials,
  plain: '',
  contradicts: [],
  favourite: false,
  uses: 0,
  last_used_at: null,
})
const library = [
  entry('20', '窦性心律', 'normal', 'dxxl'),
  entry('50', '心房颤动', 'abnormal', 'xfcd'),
  entry('22', '窦性心动过缓', 'borderline', 'dxxdgh'),
]

test('the gravest statement decides the class, unknown text decides nothing', () => {
  expect(classFor([{ code: '20', text: '' }], library)).toBe('normal')
  expect(
    classFor(
      [
        { code: '20', text: '' },
        { code: '50', text: '' },
        { code: '22', text: '' },
      ],
      library,
    ),
  ).toBe('abnormal')
  expect(classFor([{ code: null, text: '其他' }], library)).toBeNull()
})

test('a template brings findings with the rate, its conclusion, and keeps typed advice', () => {
  const template: ReportTemplate = {
    id: null,
    key: 'n',
    conclusion_class: '',
    name: 'n',
    findings: '心率 {HR} 次/分',
    conclusion: [{ code: '20', text: '窦性心律' }],
    advice: '',
    mine: false,
  }
  const draft = applyTemplate({ ...emptyDraft(), advice: '复查' }, template, { HR: 75.6 })
  expect(draft).toEqual({
    findings: '心率 76 次/分',
    conclusion: [{ code: '20', text: '窦性心律' }],
    conclusion_class: null,
    advice: '复查',
  })
  expect(withValues('{HR} {PR}', { HR: null, PR: 160.4 })).toBe('{HR} 160')
  expect(templateValues({ pr_ms: 150 }, 71)).toMatchObject({ HR: 71, PR: 150, QRS: null })
})

test('the same conclusion is added once', () => {
  const once = addConclusion(emptyDraft(), { code: '50', text: '心房颤动' })
  expect(addConclusion(once, { code: '50', text: '心房颤动（阵发）' })).toBe(once)
  expect(addConclusion(once, { code: null, text: '其他' }).conclusion).toHaveLength(2)
})

test('statements are found by initials, text and code; beginnings first', () => {
  expect(findStatements(library, 'dx').map((one) => one.code)).toEqual(['20', '22'])
  expect(findStatements(library, '颤').map((one) => one.code)).toEqual(['50'])
  expect(findStatements(library, '22').map((one) => one.code)).toEqual(['22'])
  expect(findStatements(library, ' ')).toEqual([])
})
