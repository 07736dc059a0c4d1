import { describe, expect, it } from 'vitest'
import { bars, columns, cut, drawingOf, heat, lines, pie, scale, written, type ChartData } from './layout.ts'

const data: ChartData = {
  categories: ['南渡镇', '别桥镇', '县医院'],
  series: [
    { name: 'a', values: [10, null, 40] },
    { name: 'b', values: [0, 20, 30] },
  ],
  unit: '',
  decimals: 0,
}
const rects = (marks: { kind: string; width?: number; height?: number }[]) => marks.filter((one) => one.kind === 'rect')

describe('the chart of a report', () => {
  it('gives bars lengths in proportion, and the unknown none', () => {
    const long = rects(bars(data, 800).marks).map((one) => one.width ?? 0)
    expect(long[4]).toBeCloseTo((long[0] ?? 0) * 4)
    expect(long[2]).toBe(0)
    expect(bars(data, 800).marks.filter((one) => one.text === '\u2014')).toHaveLength(1)
  })

  it('leaves a gap where nothing is known', () => {
    const path = lines(data, 600, false).marks.find((one) => one.kind === 'path')?.path ?? ''
    expect(path.match(/M/g)).toHaveLength(2)
  })

  it('tells the unknown from nothing where bars stand and in a cake', () => {
    const standing = columns(data, 800).marks
    expect(rects(standing).map((one) => one.height)).toEqual([55, 220, 1, 110, 165])
    expect(standing.filter((one) => one.text === '\u2014')).toHaveLength(1)
    expect(pie(data, 800).marks.map((one) => one.text)).toContain('别桥镇  \u2014')
  })

  it('ends its scale on a round number', () => {
    expect(scale(37)).toEqual({ top: 40, step: 10 })
    expect(scale(0)).toEqual({ top: 1, step: 0.5 })
    for (const most of [0.3, 1, 7, 99, 100, 101, 12_345]) {
      const { top, step } = scale(most)
      expect(top).toBeGreaterThanOrEqual(most)
      expect(top / step).toBeLessThanOrEqual(5)
    }
  })

  it('draws every slice of a cake, a whole one too', () => {
    const whole = { ...data, categories: ['x'], series: [{ name: 'a', values: [3] }] }
    expect(pie(whole, 400).marks[0]?.path).toContain('A')
    expect(pie(data, 400).marks.filter((one) => one.kind === 'path')).toHaveLength(3)
  })

  it('tints the cell with the most the strongest', () => {
    const tints = rects(heat(data, 600).marks).map((one) => ('opacity' in one ? Number(one.opacity) : 0))
    expect(Math.max(...tints)).toBe(tints[4])
  })

  it('cuts long names and long lists, and draws nothing of nothing', () => {
    expect(cut('溧阳市中医医院南渡分院', 60)).toMatch(/\u2026$/)
    expect(cut('abc', 60)).toBe('abc')
    const many = Array.from({ length: 100 }, (_one, place) => String(place))
    const long = { ...data, categories: many, series: [{ name: 'a', values: many.map(Number) }] }
    expect(rects(drawingOf('bar', long, 600)?.marks ?? [])).toHaveLength(40)
    expect(drawingOf('bar', { ...data, categories: [] }, 600)).toBeNull()
    expect(drawingOf('none', data, 600)).toBeNull()
  })

  it('writes figures with unit and decimals', () => {
    expect(written(1234.56, { ...data, unit: '%', decimals: 1 })).toBe('1,234.6%')
  })
})
