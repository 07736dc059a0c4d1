import { describe, expect, it } from 'vitest'
import fixture from './fixtures/layouts.json'
import {
  automaticGain,
  cellAt,
  chooseRhythm,
  LAYOUT_IDS,
  type LayoutOptions,
  layoutPage,
  orderLeads,
  shapeFor,
  timeAt,
  uvAt,
  xOf,
  yOf,
} from './layout.ts'

const STANDARD = ['I', 'II', 'III', 'aVR', 'aVL', 'aVF', 'V1', 'V2', 'V3', 'V4', 'V5', 'V6']
const options = (changed: Partial<LayoutOptions> = {}): LayoutOptions => ({
  layout: '3x4+1R',
  order: 'standard',
  timing: 'sequential',
  rhythmLeads: ['II'],
  leads: STANDARD,
  speedMmPerS: 25,
  gainMmPerMv: 10,
  chestHalf: false,
  startS: 0,
  durationS: 10,
  heightMm: 100,
  ...changed,
})

describe('the same places as on paper', () => {
  it.each(fixture.cases.map((each, index) => [index, each.options.layout, each] as const))(
    'case %i: %s',
    (_, __, each) => {
      const asked = each.options
      const page = layoutPage({
        ...asked,
        order: asked.order === 'cabrera' ? 'cabrera' : 'standard',
        timing: asked.timing === 'sequential' ? 'sequential' : 'simultaneous',
      })
      const { page: wanted } = each
      expect(page.widthMm).toBeCloseTo(wanted.widthMm, 4)
      expect(page.heightMm).toBeCloseTo(wanted.heightMm, 4)
      expect(page.windowS).toBeCloseTo(wanted.windowS, 4)
      expect(page.marks.length).toBe(wanted.marksMm.length)
      page.marks.forEach((mark, i) => expect(mark.xMm).toBeCloseTo(wanted.marksMm[i] ?? NaN, 4))
      page.pulses.forEach((pulse, i) => {
        expect(pulse.xMm).toBeCloseTo(wanted.pulses[i]?.[0] ?? NaN, 4)
        expect(pulse.baselineMm).toBeCloseTo(wanted.pulses[i]?.[1] ?? NaN, 4)
      })
      expect(page.pulses.length).toBe(wanted.pulses.length)
      expect(page.cells.map((cell) => [cell.lead, cell.label, cell.inverted])).toEqual(
        wanted.cells.map((c) => c.slice(0, 3)),
      )
      page.cells.forEach((cell, i) => {
        const numbers = [
          cell.xMm,
          cell.topMm,
          cell.baselineMm,
          cell.widthMm,
          cell.heightMm,
          cell.startS,
          cell.durationS,
          cell.gainMmPerMv,
        ]
        numbers.forEach((value, at) => expect(value).toBeCloseTo(Number(wanted.cells[i]?.[3 + at]), 4))
      })
    },
  )
})

it('true scale: 25 mm are a second and 10 mm a millivolt in every cell', () => {
  for (const cell of layoutPage(options()).cells) {
    expect(xOf(cell, cell.startS + 1) - xOf(cell, cell.startS)).toBeCloseTo(25, 9)
    expect(yOf(cell, 0) - yOf(cell, 1000)).toBeCloseTo(10, 9)
  }
})

it('an inverted lead is drawn upside down and read back right', () => {
  const cell = layoutPage(options({ order: 'cabrera' })).cells.find((each) => each.lead === 'aVR')
  expect(cell?.label).toBe('−aVR')
  if (!cell) return
  expect(yOf(cell, 1000)).toBeGreaterThan(cell.baselineMm)
  expect(uvAt(cell, yOf(cell, 640))).toBeCloseTo(640, 6)
  expect(timeAt(cell, xOf(cell, 1.234))).toBeCloseTo(1.234, 9)
})

it('simultaneous columns start together, sequential ones follow each other, rhythm runs through', () => {
  const starts = (timing: LayoutOptions['timing']) => {
    const page = layoutPage(options({ timing, startS: 3, durationS: 30 }))
    return [page.cells.map((cell) => cell.startS), page.marks.map((mark) => mark.timeS)]
  }
  expect(starts('sequential')).toEqual([
    [3, 3, 3, 5.5, 5.5, 5.5, 8, 8, 8, 10.5, 10.5, 10.5, 3],
    [5.5, 8, 10.5],
  ])
  expect(starts('simultaneous')).toEqual([Array(13).fill(3), [3, 3, 3]])
})

it('the median page shows whole beats side by side at twice the speed', () => {
  const page = layoutPage(options({ layout: 'median', durationS: 0.8 }))
  expect(page.cells.map((cell) => cell.source)).toEqual(Array(12).fill('median'))
  expect(new Set(page.cells.map((cell) => [cell.startS, cell.durationS, cell.speedMmPerS].join()))).toEqual(
    new Set(['0,0.8,50']),
  )
  expect(page.marks.map((mark) => mark.timeS)).toEqual([0, 0, 0])
})

it('half gain only for chest leads', () => {
  const page = layoutPage(options({ chestHalf: true }))
  expect(page.cells.filter((cell) => cell.gainMmPerMv === 5).map((cell) => cell.lead)).toEqual(STANDARD.slice(6))
})

it('leaves no lead out, whatever it is called and however many there are', () => {
  expect(orderLeads(['V9', 'MCL1', 'II', 'V7'], 'standard')).toEqual(['II', 'V7', 'V9', 'MCL1'])
  expect(shapeFor({ rows: 3, columns: 4 }, 15)).toEqual({ rows: 3, columns: 5 })
  expect(shapeFor({ rows: 6, columns: 2 }, 3)).toEqual({ rows: 3, columns: 1 })
  expect(shapeFor({ rows: 3, columns: 4 }, 0)).toEqual({ rows: 1, columns: 1 })
  expect(chooseRhythm(['aVF', 'nothing'], STANDARD, 3)).toEqual(['aVF', 'II', 'V1'])
  expect(chooseRhythm([], ['X'], 3)).toEqual(['X'])
  for (const layout of LAYOUT_IDS) {
    expect(new Set(layoutPage(options({ layout })).cells.map((cell) => cell.lead))).toEqual(new Set(STANDARD))
  }
  expect(layoutPage(options({ layout: 'unknown' })).cells.length).toBe(12)
  expect(layoutPage(options({ leads: [] })).cells).toEqual([])
})

it('rows neither vanish nor grow without end', () => {
  expect(layoutPage(options({ heightMm: 12 })).cells[0]?.heightMm).toBe(10)
  expect(layoutPage(options({ heightMm: 900 })).cells[0]?.heightMm).toBe(45)
})

it('automatic gain is the greatest that fits', () => {
  expect(automaticGain(1.2, 25)).toBe(20)
  expect(automaticGain(3, 25)).toBe(5)
  expect(automaticGain(80, 25)).toBe(2.5)
})

it('finds the cell under a point, none in the margin', () => {
  const page = layoutPage(options())
  expect(cellAt(page, 80, 30)?.lead).toBe('aVL')
  expect(cellAt(page, 80, 80)?.role).toBe('rhythm')
  expect(cellAt(page, 2, 30)).toBeNull()
})
