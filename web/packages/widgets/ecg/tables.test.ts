import { expect, it } from 'vitest'
import { caliperRows, leadRows, markRows, measurementText, shown } from './accessible.ts'
import { cardFrame, loadScale, pxPerMmFromCard, saveScale, screenKey } from './calibrate.ts'
import { MISSING, NOMINAL_PX_PER_MM, type Trace } from './model.ts'
import { angleChange, differences, overlayBeats } from './serial.ts'
import en from './text/en.ts'
import zhCN from './text/zh-CN.ts'

it('shows unknown as a dash and zero as a value', () => {
  expect([shown(null), shown(NaN), shown(0), shown('A'), shown(1.25, 1)]).toEqual(['—', '—', '0', 'A', '1.3'])
  expect(measurementText({ key: 'qrs_axis_deg', label: '', value: null, unit: '°' })).toBe('—')
  expect(measurementText({ key: 'x', label: '', value: 0.5, unit: '' })).toBe('0.5')
})

it('tells range and gaps of each lead', () => {
  const low = Int16Array.of(-100, MISSING, 200, MISSING)
  const none = new Int16Array(2).fill(MISSING)
  const signal = { fsHz: 500, level: 0, firstSample: 0, length: 4 }
  const leads = [
    { name: 'II', uvPerLsb: 5, low, high: low },
    { name: 'V1', uvPerLsb: 5, low: none, high: none },
  ]
  expect(leadRows({ ...signal, leads })).toEqual([
    { lead: 'II', lowMv: -0.5, highMv: 1, missingPercent: 50 },
    { lead: 'V1', lowMv: null, highMv: null, missingPercent: 100 },
  ])
})

it('lists calipers and the intervals of moved marks', () => {
  const base = { lead: 'V2', source: 'rhythm', fromS: 0, toS: 0.5, fromUv: 0, toUv: 200 } as const
  expect(
    caliperRows([
      { id: 3, kind: 'both', ...base },
      { id: 4, kind: 'march', ...base },
    ]),
  ).toEqual([
    { id: 3, lead: 'V2', ms: '500', mv: '0.20', perMin: '120' },
    { id: 4, lead: 'V2', ms: '500', mv: '—', perMin: '120' },
  ])
  const marks = { pOnset: null, pEnd: null, qrsOnset: 200, qrsEnd: 300, tEnd: 560 }
  const rows = Object.fromEntries(markRows(marks, 75).map((row) => [row.key, row.ms]))
  expect(rows['pr']).toBeNull()
  expect(rows['qt']).toBe(360)
  expect(rows['qtcFridericia']).toBeCloseTo(387.8, 1)
  expect(markRows(marks, null).find((row) => row.key === 'qtcBazett')?.ms).toBeNull()
})

it('calibrates with a card within 1 %', () => {
  const truth = 5.12
  expect(pxPerMmFromCard(Math.round(cardFrame(truth).widthPx)) / truth).toBeCloseTo(1, 2)
  expect(cardFrame(4)).toEqual({ widthPx: 342.4, heightPx: 215.92 })
  expect(pxPerMmFromCard(5)).toBe(NOMINAL_PX_PER_MM)
  const store = new Map<string, string>()
  const kept = {
    getItem: (key: string) => store.get(key) ?? null,
    setItem: (key: string, value: string) => void store.set(key, value),
  }
  const key = screenKey(1920, 1080, 1.25)
  expect(loadScale(kept, key)).toBe(NOMINAL_PX_PER_MM)
  saveScale(kept, key, 4.2)
  expect(loadScale(kept, key)).toBe(4.2)
  expect(key).toBe('tm-ecg-scale:1920x1080@125')
})

it('lays beats over each other at their QRS onset, at different rates', () => {
  const peakAt = (ms: number, fsHz: number): Trace => {
    const low = Float32Array.from(
      { length: Math.round(0.8 * fsHz) },
      (_, i) => 1000 * Math.exp(-(((i / fsHz - ms / 1000) / 0.02) ** 2)),
    )
    return { lead: 'II', low, high: low, valuesPerS: fsHz, firstS: 0 }
  }
  const [beat] = overlayBeats([peakAt(300, 500)], [peakAt(248, 250), { ...peakAt(248, 250), lead: 'V1' }], 280, 228)
  const before = [...(beat?.before ?? [])]
  expect(before.indexOf(Math.max(...before.filter((uv) => !Number.isNaN(uv))))).toBe(150)
  expect(beat?.onsetS).toBe(0.28)
  expect(overlayBeats([peakAt(300, 500)], [], 0, 0)).toEqual([])
  const late = overlayBeats([peakAt(300, 500)], [peakAt(300, 500)], 400, 300)[0]
  expect(late?.before[0]).toBeNaN()
})

it('marks changes that reach their limit, angles the short way round', () => {
  expect(angleChange(-170, 170)).toBe(20)
  expect(angleChange(170, -170)).toBe(-20)
  expect(angleChange(90, -90)).toBe(180)
  const row = (key: string, value: number | null) => ({ key, label: key, value, unit: '' })
  const rows = differences(
    [row('pr_ms', 200), row('qrs_axis_deg', 170), row('qtc_bazett_ms', 440), row('p_ms', 99)],
    [row('pr_ms', 160), row('qrs_axis_deg', -170), row('qtc_bazett_ms', null)],
  )
  expect(rows.map((each) => [each.change, each.marked])).toEqual([
    [40, true],
    [-20, false],
    [null, false],
    [null, false],
  ])
})

it('speaks both languages completely', () => {
  const keys = (texts: object): string[] =>
    Object.entries(texts).flatMap(([key, value]) =>
      typeof value === 'object' ? keys(value).map((k) => `${key}.${k}`) : [key],
    )
  expect(keys(en).sort()).toEqual(keys(zhCN).sort())
  expect(zhCN.scaled('1.50')).toContain('1.50')
  expect(en.scaled('1.50')).toContain('1.50')
})
