import { expect, test } from 'vitest'
import { setLanguage } from '@tianmu/ui'
import { becauseText } from './because.ts'
import { moneyText } from './money.ts'

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
