import { expect, test } from 'vitest'
import { asTsv, visibleWindow, type TableColumn } from './table.ts'

test('never more than 60 rows are drawn, whatever the height', () => {
  const window = visibleWindow(0, 5000, 28, 10_000)
  expect(window).toEqual({ first: 0, last: 60 })
})

test('the window follows the scroll with rows to spare on both sides', () => {
  expect(visibleWindow(3600, 720, 36, 1000)).toEqual({ first: 92, last: 129 })
})

test('at the end the last rows are drawn, short lists whole', () => {
  expect(visibleWindow(1_000_000, 720, 36, 1000)).toEqual({ first: 963, last: 1000 })
  expect(visibleWindow(0, 720, 36, 5)).toEqual({ first: 0, last: 5 })
})

test('copying gives clean tab-separated text', () => {
  const columns: TableColumn<{ a: string; n: number }>[] = [
    { key: 'a', title: 'A', widthPx: 10, text: (row) => row.a },
    { key: 'n', title: 'N', widthPx: 10, text: (row) => String(row.n) },
  ]
  expect(asTsv(columns, [{ a: 'x\ty\nz', n: 1 }])).toBe('A\tN\nx y z\t1')
})
