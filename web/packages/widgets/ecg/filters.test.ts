import { describe, expect, it } from 'vitest'
import { applyFilters, filterText, filterTrace, sectionsFor } from './filters.ts'
import fixture from './fixtures/filters.json'

const input = Float32Array.from(fixture.input, (value) => value ?? NaN)

describe('the same filters as on paper', () => {
  it.each(fixture.cases.map((each) => [each.text, each] as const))('%s', (text, each) => {
    expect(filterText(each.filters)).toBe(text)
    const out = applyFilters(input, fixture.fs_hz, each.filters)
    each.output.forEach((wanted, i) => {
      if (wanted === null) expect(out[i]).toBeNaN()
      else expect(Math.abs((out[i] ?? NaN) - wanted)).toBeLessThan(0.02)
    })
  })
})

it('has no phase shift: a bell keeps its place', () => {
  const bell = Float32Array.from({ length: 1000 }, (_, i) => 1000 * Math.exp(-(((i - 500) / 12) ** 2)))
  const out = applyFilters(bell, 500, { highPassHz: 0.05, lowPassHz: 35, notchHz: 50 })
  expect(out.indexOf(Math.max(...out))).toBe(500)
})

it('leaves the signal itself alone when nothing is on or nothing can act', () => {
  const off = { highPassHz: null, lowPassHz: null, notchHz: null }
  expect(applyFilters(input, 250, off)).toBe(input)
  expect(filterText(off)).toBe('')
  expect(sectionsFor({ highPassHz: null, lowPassHz: 150, notchHz: 60 }, 100)).toEqual([])
  expect(filterText({ highPassHz: null, lowPassHz: 40, notchHz: null })).toBe('≤ 40 Hz')
})

it('does not filter minima and maxima, nor stretches of one or two samples', () => {
  const pairs = { lead: 'II', low: Float32Array.of(1, 2), high: Float32Array.of(3, 4), valuesPerS: 60, firstS: 0 }
  const muscle = { highPassHz: 0.5, lowPassHz: 25, notchHz: null }
  expect(filterTrace(pairs, muscle)).toBe(pairs)
  const one = Float32Array.of(NaN, 7, NaN, 8, 9)
  expect([...applyFilters(one, 500, muscle)]).toEqual([NaN, 7, NaN, 8, 9])
  const same = { ...pairs, high: pairs.low }
  const filtered = filterTrace(same, { ...muscle, highPassHz: null })
  expect(filtered.high).toBe(filtered.low)
})
