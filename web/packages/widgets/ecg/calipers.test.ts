import { expect, it } from 'vitest'
import {
  caliperValues,
  correctQt,
  intervalsOf,
  marchTimes,
  moveMark,
  qtAtLimit,
  sampleNear,
  snapToExtreme,
  snapToOnset,
} from './calipers.ts'
import type { Caliper, Trace } from './model.ts'

const caliper: Caliper = {
  id: 1,
  kind: 'both',
  lead: 'II',
  source: 'rhythm',
  fromS: 1.2,
  toS: 2,
  fromUv: -100,
  toUv: 250,
}
const trace: Trace = (() => {
  // Flat, then a steep triangle from 0.40 s to 0.44 s with its peak at 0.42 s.
  const low = Float32Array.from({ length: 500 }, (_, i) => (i > 200 && i < 220 ? (10 - Math.abs(i - 210)) * 100 : 0))
  return { lead: 'II', low, high: low, valuesPerS: 500, firstS: 0 }
})()

it('measures time, voltage and rate', () => {
  const values = caliperValues(caliper)
  expect(values.ms).toBeCloseTo(800, 9)
  expect(values.mv).toBeCloseTo(0.35, 9)
  expect(values.perMin).toBeCloseTo(75, 9)
  expect(values.uvPerS).toBeCloseTo(437.5, 6)
  const still = caliperValues({ ...caliper, toS: 1.2 })
  expect([still.ms, still.perMin, still.uvPerS]).toEqual([0, null, null])
})

it('corrects QT by the four formulas', () => {
  const at60 = correctQt(400, 1000)
  expect(at60).toEqual({ bazettMs: 400, fridericiaMs: 400, framinghamMs: 400, hodgesMs: 400 })
  const at75 = correctQt(360, 800)
  expect(at75?.bazettMs).toBeCloseTo(402.49, 2)
  expect(at75?.fridericiaMs).toBeCloseTo(387.8, 1)
  expect(at75?.framinghamMs).toBeCloseTo(390.8, 6)
  expect(at75?.hodgesMs).toBeCloseTo(386.25, 6)
  expect(correctQt(0, 800)).toBeNull()
  expect(correctQt(400, NaN)).toBeNull()
})

it('turns the corrected limit back', () => {
  const lines = qtAtLimit(450, 640)
  for (const [formula, qtMs] of Object.entries(lines)) {
    const corrected = correctQt(qtMs, 640)
    expect(Object.entries(corrected ?? {}).find(([name]) => name === formula)?.[1]).toBeCloseTo(450, 6)
  }
})

it('snaps to a peak, to an onset, or stays on the sample', () => {
  expect(snapToExtreme(trace, 0.43, 0.03)).toEqual({ timeS: 0.42, uv: 1000 })
  const onset = snapToOnset(trace, 0.395, 0.02)
  expect(Math.abs(onset.timeS - 0.4)).toBeLessThanOrEqual(0.004)
  expect(snapToOnset(trace, 0.1, 0.02)).toEqual({ timeS: 0.1, uv: 0 })
  expect(sampleNear(trace, 0.4213)).toEqual({ timeS: 0.422, uv: 900 })
  expect(sampleNear(trace, 99).timeS).toBe(0.998)
})

it('puts a caliper down in a gap at 0 µV', () => {
  const low = new Float32Array(100).fill(NaN)
  const gap: Trace = { ...trace, low, high: low }
  expect(sampleNear(gap, 0.1)).toEqual({ timeS: 0.1, uv: 0 })
  expect(snapToExtreme(gap, 0.1, 0.02)).toEqual({ timeS: 0.1, uv: 0 })
  expect(snapToOnset(gap, 0.1, 0.02)).toEqual({ timeS: 0.1, uv: 0 })
})

it('marches an interval out both ways', () => {
  expect(marchTimes(1, 1.8, 0, 3).map((time) => Math.round(time * 1000))).toEqual([200, 1000, 1800, 2600])
  expect(marchTimes(1, 1.01, 0, 10)).toEqual([])
  expect(marchTimes(5, 6, 0, 0.5)).toEqual([0])
})

it('takes intervals from the marks and keeps their order', () => {
  const marks = { pOnset: 80, pEnd: 180, qrsOnset: 240, qrsEnd: 330, tEnd: 640 }
  expect(intervalsOf(marks)).toEqual({ pMs: 100, prMs: 160, qrsMs: 90, qtMs: 400 })
  expect(intervalsOf({ ...marks, pOnset: null })).toEqual({ pMs: null, prMs: null, qrsMs: 90, qtMs: 400 })
  expect(moveMark(marks, 'qrsOnset', 250, 800).qrsOnset).toBe(250)
  expect(moveMark(marks, 'qrsOnset', 100, 800).qrsOnset).toBe(180)
  expect(moveMark(marks, 'qrsOnset', 700, 800).qrsOnset).toBe(330)
  expect(moveMark(marks, 'tEnd', 900, 800).tEnd).toBe(800)
  expect(moveMark({ ...marks, pOnset: null, pEnd: null }, 'qrsOnset', -5, 800).qrsOnset).toBe(0)
})
