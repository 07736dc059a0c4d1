import { expect, test } from 'vitest'
import { cellsOf, dayOf } from './month.ts'

const day = (text: string) => ({ day: text, works: true, known: true })

test('a month that starts on a Sunday has six blanks before it', () => {
  const cells = cellsOf([day('2026-11-01'), day('2026-11-02')])
  expect(cells.map((cell) => cell?.day ?? '')).toEqual(['', '', '', '', '', '', '2026-11-01', '2026-11-02'])
})

test('a month that starts on a Monday has none, and no days give no cells', () => {
  expect(cellsOf([day('2026-06-01')])[0]?.day).toBe('2026-06-01')
  expect(cellsOf([])).toEqual([])
})

test('an instant belongs to the day of the business zone', () => {
  expect(dayOf('2026-11-22T16:00:00+00:00')).toBe('2026-11-23')
  expect(dayOf('2026-11-23T23:59:59+08:00')).toBe('2026-11-23')
})
