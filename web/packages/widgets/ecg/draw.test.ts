import { expect, it } from 'vitest'
import { drawFooter, drawFurniture, drawGrid, drawTraces, surfaceOf } from './draw.ts'
import type { View } from './interact.ts'
import { type LayoutOptions, layoutPage } from './layout.ts'
import type { Caliper, Trace } from './model.ts'
import { cellsOf, drawOverlay, valueText } from './overlay.ts'
import { pageSvg } from './export.ts'
import { recordingContext } from './testing.ts'
import { THEMES } from './themes.ts'

const view: View = { xMm: 0, yMm: 0, zoom: 1, pxPerMm: 4, widthPx: 1200, heightPx: 400 }
const options: LayoutOptions = {
  layout: '12x1',
  order: 'standard',
  timing: 'sequential',
  rhythmLeads: [],
  leads: ['II'],
  speedMmPerS: 25,
  gainMmPerMv: 10,
  chestHalf: false,
  startS: 0,
  durationS: 10,
  heightMm: 30,
}
const page = layoutPage(options)
const stepTrace = (valuesPerS: number): Trace => {
  const low = Float32Array.from({ length: 10 * valuesPerS }, (_, i) =>
    Math.floor((2 * i) / valuesPerS) % 2 ? 1000 : 0,
  )
  return { lead: 'II', low, high: low, valuesPerS, firstS: 0 }
}
const points = (trace: Trace, at: View = view) => {
  const recorder = recordingContext()
  drawTraces(surfaceOf(recorder.ctx, at, 1, THEMES.pink), page, () => trace)
  const moves = recorder.of('moveTo') as [number, number][]
  const lines = recorder.of('lineTo') as [number, number][]
  return { recorder, moves, lines, all: [...moves, ...lines] }
}

it('draws 25 mm per second and 10 mm per millivolt at true scale', () => {
  const { all } = points(stepTrace(500))
  const ys = all.map(([, y]) => y)
  expect(Math.max(...ys) - Math.min(...ys)).toBeCloseTo(40, 6)
  expect(Math.max(...ys)).toBeCloseTo((page.cells[0]?.baselineMm ?? 0) * 4, 6)
  const xs = all.map(([x]) => x)
  expect(Math.max(...xs) - Math.min(...xs)).toBe(999)
  expect(Math.min(...xs)).toBe(10 * 4 + 0.5)
})

it('draws the samples themselves where they are fewer than the columns', () => {
  const { all } = points(stepTrace(50))
  expect(all.length).toBe(500)
  expect(all.some(([x]) => x === 40 + 2 * 2)).toBe(true)
})

it('draws bars where many samples fall on one column, reaching their neighbours', () => {
  const { recorder, all } = points(stepTrace(2000))
  expect(all.length).toBe(0)
  const bars = recorder.of('fillRect') as [number, number, number, number][]
  expect(bars.length).toBe(1000)
  expect(bars.filter(([, , , height]) => height > 40).length).toBe(19)
})

it('draws a gap as a gap in all three ways', () => {
  for (const rate of [50, 500, 2000]) {
    const trace = stepTrace(rate)
    trace.low.fill(NaN, 4 * rate, 5 * rate)
    const { moves, recorder } = points(trace)
    const xs =
      rate === 2000
        ? (recorder.of('fillRect') as number[][]).map(([x]) => x ?? 0)
        : [...(recorder.of('lineTo') as number[][]), ...moves].map(([x]) => x ?? 0)
    expect(xs.filter((x) => x > 442 && x < 538)).toEqual([])
    if (rate === 50) expect(moves.length).toBe(2)
  }
})

it('draws nothing of a stretch that is out of sight', () => {
  expect(points(stepTrace(500), { ...view, xMm: 5000 }).all).toEqual([])
})

it('grid: lines of 1 mm and 5 mm, the fine ones only where there is room', () => {
  const lines = (pxPerMm: number) => {
    const recorder = recordingContext()
    drawGrid(
      surfaceOf(recorder.ctx, { ...view, pxPerMm, widthPx: 100 * pxPerMm, heightPx: 50 * pxPerMm }, 1, THEMES.pink),
    )
    return recorder.of('fillRect').length - 1
  }
  expect(lines(4)).toBe(100 + 50 + 20 + 10)
  expect(lines(2)).toBe(20 + 10)
})

it('names leads, draws pulses and marks, and highlights what a statement points to', () => {
  const recorder = recordingContext()
  const wide = layoutPage({ ...options, layout: '3x4+1R', leads: ['I', 'II', 'III', 'aVR', 'aVL', 'aVF'] })
  drawFurniture(surfaceOf(recorder.ctx, view, 1, THEMES.dark), wide, new Set(['aVL']))
  expect(recorder.of('fillText').map(([text]) => text)).toEqual(['I', 'II', 'III', 'aVR', 'aVL', 'aVF', 'II'])
  expect(recorder.of('fillRect').length).toBe(1)
  const pulse = recorder.of('lineTo').slice(0, 2) as [number, number][]
  expect((pulse[0]?.[1] ?? 0) - (pulse[1]?.[1] ?? 0)).toBeCloseTo(40, 6)
  drawFooter(surfaceOf(recorder.ctx, view, 1, THEMES.dark), '25 mm/s')
  expect(recorder.of('fillText').at(-1)?.[0]).toBe('25 mm/s')
})

it('keeps lead names in sight while panning', () => {
  const recorder = recordingContext()
  drawFurniture(surfaceOf(recorder.ctx, { ...view, xMm: 100 }, 1, THEMES.pink), page, new Set())
  expect(recorder.of('fillText')[0]?.[1]).toBe(4)
})

const caliper: Caliper = { id: 1, kind: 'both', lead: 'II', source: 'rhythm', fromS: 1, toS: 1.8, fromUv: 0, toUv: 500 }

it('says what calipers measure', () => {
  expect(valueText({ ms: 800, mv: 0.5, perMin: 75, uvPerS: null }, 'both')).toBe('800 ms · 0.50 mV · 75 bpm')
  expect(valueText({ ms: 800, mv: 0.5, perMin: 75, uvPerS: null }, 'march')).toBe('800 ms · 75 bpm')
  expect(valueText({ ms: 0, mv: 0.5, perMin: null, uvPerS: null }, 'voltage')).toBe('0.50 mV')
})

it('draws calipers on every stretch of their lead, ladders over the whole window', () => {
  expect(cellsOf(page, caliper).length).toBe(1)
  expect(cellsOf(page, { ...caliper, lead: 'V1' })).toEqual([])
  expect(cellsOf(page, { ...caliper, fromS: 20, toS: 21 })).toEqual([])
  const recorder = recordingContext()
  const surface = surfaceOf(recorder.ctx, view, 1, THEMES.pink)
  const state = { selected: 1, marks: null, rrMs: 800, qtcLimitMs: 450 }
  drawOverlay(surface, page, { ...state, calipers: [{ ...caliper, kind: 'march' }] })
  expect(recorder.of('moveTo').length).toBe(13 + 1)
  drawOverlay(surface, page, {
    ...state,
    calipers: [caliper, { ...caliper, id: 2, kind: 'time' }, { ...caliper, id: 3, kind: 'voltage' }],
  })
  expect(recorder.of('fillText').map(([text]) => text)).toEqual([
    '800 ms · 75 bpm',
    '800 ms · 0.50 mV · 75 bpm',
    '800 ms · 75 bpm',
    '0.50 mV',
  ])
})

it('draws wave marks and the QTc lines on the median beat', () => {
  const recorder = recordingContext()
  const median = layoutPage({ ...options, layout: 'median', durationS: 0.8, leads: ['I', 'II'] })
  drawOverlay(surfaceOf(recorder.ctx, view, 1, THEMES.green), median, {
    calipers: [],
    selected: null,
    marks: { pOnset: null, pEnd: null, qrsOnset: 260, qrsEnd: 350, tEnd: 660 },
    rrMs: 800,
    qtcLimitMs: 450,
  })
  expect(recorder.of('fillText').map(([text]) => text)).toEqual(['Q', 'J', 'T′', 'Q', 'J', 'T′', 'B', 'F', 'R', 'H'])
})

it('exports an SVG of true size with gaps and escaped names', () => {
  const trace = stepTrace(100)
  trace.low.fill(NaN, 200, 300)
  const named = { ...page, cells: page.cells.map((cell) => ({ ...cell, label: '<II>&' })) }
  const svg = pageSvg(named, () => trace, THEMES.pink)
  expect(svg).toContain(`width="${page.widthMm}mm"`)
  expect(svg).toContain('&lt;II&gt;&amp;')
  const path = /<path d="(M10\.00[^"]*)"/.exec(svg)?.[1] ?? ''
  expect(path.split('M').length - 1).toBe(2)
  expect(path.split(/[ML]/).length - 1).toBe(900)
  expect(pageSvg(page, () => undefined, THEMES.pink)).toContain('<path d=""')
})
