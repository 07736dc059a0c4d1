import { expect, it } from 'vitest'
import { fillColumns, makeColumns, valueAt, valueRange } from './columns.ts'
import type { Trace } from './model.ts'

const traceOf = (values: number[], valuesPerS = 100, firstS = 0): Trace => {
  const low = Float32Array.from(values)
  return { lead: 'II', low, high: low, valuesPerS, firstS }
}

it('keeps minimum and maximum of every column', () => {
  const out = makeColumns(3)
  fillColumns(traceOf([1, 5, -3, 2, 2, 9]), 0, 50, 3, out)
  expect([...out.low]).toEqual([1, -3, 2])
  expect([...out.high]).toEqual([5, 2, 9])
})

it('leaves a column with a missing value and columns outside the trace empty', () => {
  const out = makeColumns(5)
  fillColumns(traceOf([1, 2, NaN, 4, 5, 6]), -0.02, 50, 5, out)
  expect([...out.low]).toEqual([NaN, 1, NaN, 5, NaN])
  expect([...out.high]).toEqual([NaN, 2, NaN, 6, NaN])
})

it('does not shimmer: the same columns come out wherever the window starts', () => {
  const trace = traceOf(
    Array.from({ length: 1000 }, (_, i) => Math.sin(i / 7) * 500),
    500,
  )
  const pxPerS = 94.488
  const whole = makeColumns(180)
  fillColumns(trace, 0, pxPerS, 180, whole)
  for (const shift of [1, 17, 60]) {
    const part = makeColumns(100)
    fillColumns(trace, shift / pxPerS, pxPerS, 100, part)
    expect([...part.low]).toEqual([...whole.low.slice(shift, shift + 100)])
  }
})

it('uses both planes of a coarser level', () => {
  const trace: Trace = {
    lead: 'V1',
    low: Float32Array.of(-1, -5),
    high: Float32Array.of(4, 2),
    valuesPerS: 10,
    firstS: 0,
  }
  const out = makeColumns(1)
  fillColumns(trace, 0, 5, 1, out)
  expect([out.low[0], out.high[0]]).toEqual([-5, 4])
})

it('finds ranges and single values', () => {
  const trace = traceOf([0, 1, 2, 3, 4], 10, 1)
  expect(valueRange(trace, 1.1, 0.2)).toEqual([1, 4])
  expect(valueRange(trace, 0, 0.5)).toEqual([0, 0])
  expect(valueRange(trace, 1.3, 9)).toEqual([3, 5])
  expect(valueAt(trace, 1.21)).toBe(2)
  expect(valueAt(trace, 9)).toBeNaN()
})
