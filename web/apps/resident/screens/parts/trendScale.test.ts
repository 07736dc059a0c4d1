import { expect, test } from 'vitest'
import { drawingOf } from './trendScale.ts'

const size = { width: 100, height: 50, pad: 10 }
const day = (n: number) => `2026-01-0${n}T00:00:00Z`

test('the first stands left, the last right, the highest on top', () => {
  const { places } = drawingOf(
    [
      { at: day(1), value: 60 },
      { at: day(3), value: 100 },
    ],
    { low: 60, high: 100 },
    size,
  )
  expect(places.map(({ x, y }) => [x, y])).toEqual([
    [10, 40],
    [90, 10],
  ])
})

test('an unknown value has no place, and a single one stands in the middle', () => {
  const drawing = drawingOf(
    [
      { at: day(1), value: null },
      { at: day(2), value: 80 },
    ],
    { low: null, high: null },
    size,
  )
  expect(drawing.places).toHaveLength(1)
  expect(drawing.places[0]).toMatchObject({ x: 50, y: 25 })
  expect(drawing.band).toBeNull()
})

test('the usual range is drawn even when every value lies outside', () => {
  const { band, places } = drawingOf([{ at: day(1), value: 150 }], { low: 60, high: 100 }, size)
  expect(places[0]?.y).toBe(10)
  expect(band?.top).toBeGreaterThan(10)
  expect((band?.top ?? 0) + (band?.height ?? 0)).toBe(40)
})
