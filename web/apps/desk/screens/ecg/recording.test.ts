import { expect, test } from 'vitest'
import type { Analysis } from '@tianmu/api'
import { measurementRows, medianMarks, medianSignal } from './recording.ts'

const median = {
  leads: ['I', 'II'],
  fs_hz: 500,
  uv: [
    [0, 10.4, -10.6],
    [1, 40000, -40000],
  ],
  boundaries: { p_onset: 50, qrs_onset: 150, qrs_end: 196, t_end: null },
}

test('the median beat becomes a signal of 1 µV per step, clipped to 16 bits', () => {
  const signal = medianSignal(median)
  expect(signal?.fsHz).toBe(500)
  expect(Array.from(signal?.leads[0]?.low ?? [])).toEqual([0, 10, -11])
  expect(Array.from(signal?.leads[1]?.low ?? [])).toEqual([1, 32767, -32767])
})

test('marks are ms, a missing wave stays null', () => {
  expect(medianMarks(median)).toEqual({ pOnset: 100, pEnd: null, qrsOnset: 300, qrsEnd: 392, tEnd: null })
  expect(medianMarks(null)).toBeNull()
})

test('measurements keep unknown as null and amplitudes in mV', () => {
  const analysis = { measurements: { ventricular_rate: 75.6, pr_ms: null, rv5_uv: 1426 } } as unknown as Analysis
  const rows = measurementRows(analysis)
  expect(rows.find((row) => row.key === 'ventricular_rate')?.value).toBe(76)
  expect(rows.find((row) => row.key === 'pr_ms')?.value).toBeNull()
  expect(rows.find((row) => row.key === 'rv5_uv')?.value).toBe(1.43)
  expect(measurementRows(null)).toEqual([])
})
