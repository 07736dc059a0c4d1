// @vitest-environment happy-dom
import { expect, test } from 'vitest'
import type { ContractLine } from '@tianmu/api'
import { setLanguage } from '@tianmu/ui'
import { becauseText } from './because.ts'
import { moneyText } from './money.ts'
import { spansOf } from './readingText.ts'
import { unchanged, type Stated } from './stated.ts'
import { changesBetween, difference, pricesOf, readAt, writeAt, type Terms } from './termsForm.ts'

test.each([
  ['0.00', '0.00'],
  ['999.90', '999.90'],
  ['32400.00', '32,400.00'],
  ['-1980000.05', '-1,980,000.05'],
])('%s yuan read as %s', (amount, text) => {
  expect(moneyText(amount)).toBe(text)
})

test.each([
  ['late', 'C-5.3', 'Over the limit: surcharge'],
  ['late', 'C-5.5.2', 'Came late'],
  ['repeat:3', 'C-5.3', 'Same problem, time 3'],
  ['excluded:party_a', 'C-5.3', 'Not counted: party A'],
  ['duty:O-022', 'C-7.2', 'One duty only: 7.2 does not apply'],
  ['unheard', 'C-5.3', 'unheard'],
])('%s of %s reads as "%s"', async (code, rule, text) => {
  await setLanguage('en')
  expect(becauseText(code, rule)).toBe(text)
})

const terms = () => ({
  total: '300.00',
  prices: [
    { key: 'a', section: 1, name: '甲', yuan: '100.10' },
    { key: 'b', section: 3, name: '乙', yuan: '199.90' },
  ],
  instalments: [{ number: 1, share: '1', after: 'signing', days: 30 }],
  incidents: { repeat_step: '0.5', grades: [{ grade: 1, share: '0.3', limit_hours: 1, overdue_factor: '1.01' }] },
})

test('items that differ from the total by a fen are told, and what cannot be read stops saving', () => {
  expect(difference(terms())).toBe(0)
  const priced = (yuan: string) => ({ ...terms(), prices: terms().prices.map((one) => ({ ...one, yuan })) })
  expect(difference(priced('150.01'))).toBe(2)
  expect(difference(priced('一百'))).toBeNull()
})

test('a form field is written where it belongs, whole numbers as numbers, and told as a change', async () => {
  await setLanguage('en')
  const changed: Terms = terms()
  writeAt(changed, { name: '', kind: 'whole', path: ['incidents', 'grades', 0, 'limit_hours'] }, ' 2 ')
  expect(readAt(changed, ['incidents', 'grades', 0, 'limit_hours'])).toBe(2)
  pricesOf(changed).push({ key: 'c', section: 3, name: '丙', yuan: '1.00' })
  expect(changesBetween(terms(), changed)).toEqual([
    { name: 'Grade I Limit (hours)', old: '1', now: '2' },
    { name: '丙', old: 'none', now: '丙 1.00' },
  ])
})

test.each([
  [
    '08:00-12:00 13:30-17:30',
    [
      ['08:00', '12:00'],
      ['13:30', '17:30'],
    ],
  ],
  ['08：30–12：00', [['08:30', '12:00']]],
  ['12:00-08:00', null],
  ['08:00-12:00 11:00-17:30', null],
  ['8-12', null],
])('working hours %s', (text, spans) => {
  expect(spansOf(text)).toEqual(spans)
})

test('a stated line opens the ledger only while its amounts are the same', () => {
  const stated = {
    event: 'a',
    rule: 'C-5.3',
    at: '2026-01-06T08:46:00+08:00',
    assessed: '10.00',
    payable: '10.00',
  } as Stated
  const line = { ...stated, id: '1', at: '2026-01-06T00:46:00Z' } as unknown as ContractLine
  expect(unchanged(stated, [line])?.id).toBe('1')
  expect(unchanged(stated, [{ ...line, payable: '9.00' }])).toBeUndefined()
})
