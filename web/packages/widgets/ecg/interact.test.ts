import { expect, it } from 'vitest'
import { record, redo, startHistory, undo, UNDO_LIMIT } from './history.ts'
import { clampView, commandOf, pageX, pageY, panBy, pinch, stepScale, type View, zoomAbout } from './interact.ts'
import { DEFAULT_SETTINGS, GAINS_MM_PER_MV, SPEEDS_MM_PER_S } from './model.ts'

const view: View = { xMm: 10, yMm: 5, zoom: 1, pxPerMm: 4, widthPx: 400, heightPx: 200 }
const key = (name: string, ctrl = false, shift = false) => commandOf({ key: name, ctrl, shift }, DEFAULT_SETTINGS)

it('keeps the page under the finger while panning', () => {
  const moved = panBy(view, 40, -20)
  expect([moved.xMm, moved.yMm]).toEqual([0, 10])
})

it('keeps the point under the pointer while zooming, within limits', () => {
  const zoomed = zoomAbout(view, 2, 120, 60)
  expect(zoomed.zoom).toBe(2)
  expect(pageX(zoomed, 120)).toBeCloseTo(pageX(view, 120), 9)
  expect(pageY(zoomed, 60)).toBeCloseTo(pageY(view, 60), 9)
  expect(zoomAbout(view, 1000, 0, 0).zoom).toBe(8)
  expect(zoomAbout(view, 0.001, 0, 0).zoom).toBe(0.25)
})

it('pinches: two fingers apart zoom about their middle', () => {
  const finger = (id: number, xPx: number, yPx: number) => ({ id, xPx, yPx })
  const after = pinch(view, [finger(1, 100, 100), finger(2, 200, 100)], [finger(1, 50, 100), finger(2, 250, 100)])
  expect(after.zoom).toBe(2)
  expect(pageX(after, 150)).toBeCloseTo(pageX(view, 150), 9)
  const same = pinch(view, [finger(1, 5, 5), finger(2, 5, 5)], [finger(1, 9, 5), finger(2, 9, 5)])
  expect(same.zoom).toBe(1)
  expect(same.xMm).toBe(9)
})

it('never leaves the page', () => {
  const page = { widthMm: 260, heightMm: 40 }
  expect(clampView({ ...view, xMm: -5, yMm: 30 }, page)).toMatchObject({ xMm: 0, yMm: 0 })
  expect(clampView({ ...view, xMm: 999 }, page).xMm).toBe(160)
})

it('steps through speeds and gains', () => {
  expect(stepScale(SPEEDS_MM_PER_S, 25, 1)).toBe(50)
  expect(stepScale(SPEEDS_MM_PER_S, 5, -1)).toBe(5)
  expect(stepScale(GAINS_MM_PER_MV, 40, 1)).toBe(40)
  expect(stepScale(GAINS_MM_PER_MV, null, 1)).toBe(20)
  expect(stepScale([], 7, 1)).toBe(7)
})

it('knows its keys and leaves others alone', () => {
  expect(key('+')).toEqual({ kind: 'settings', change: { gainMmPerMv: 20 } })
  expect(key('-')).toEqual({ kind: 'settings', change: { gainMmPerMv: 5 } })
  expect(key(']')).toEqual({ kind: 'settings', change: { speedMmPerS: 50 } })
  expect(key('[')).toEqual({ kind: 'settings', change: { speedMmPerS: 12.5 } })
  expect(key('F')).toEqual({ kind: 'filter' })
  expect(key('c')).toEqual({ kind: 'settings', change: { tool: 'caliper' } })
  expect(key('m')).toEqual({ kind: 'settings', change: { tool: 'march' } })
  expect(commandOf({ key: 'c', ctrl: false, shift: false }, { ...DEFAULT_SETTINGS, tool: 'caliper' })).toEqual({
    kind: 'settings',
    change: { tool: 'pan' },
  })
  expect(key('B')).toEqual({ kind: 'nextMark', by: 1 })
  expect(key('B', false, true)).toEqual({ kind: 'nextMark', by: -1 })
  expect([key(','), key('.'), key('<'), key('>')]).toEqual(
    [-1, 1, -5, 5].map((samples) => ({ kind: 'nudge', samples })),
  )
  expect(key('ArrowLeft')).toEqual({ kind: 'pan', dxMm: -10, dyMm: 0 })
  expect(key('ArrowDown')).toEqual({ kind: 'pan', dxMm: 0, dyMm: 10 })
  expect(key('Escape')).toEqual({ kind: 'cancel' })
  expect(key('0')).toEqual({ kind: 'trueScale' })
  expect(key('Delete')).toEqual({ kind: 'remove' })
  expect(key('z', true)).toEqual({ kind: 'undo' })
  expect(key('z', true, true)).toEqual({ kind: 'redo' })
  expect(key('y', true)).toEqual({ kind: 'redo' })
  expect(key('s', true)).toBeNull()
  expect(key('j')).toBeNull()
})

it('undoes a hundred steps and no more', () => {
  let history = startHistory(0)
  for (let i = 1; i <= 150; i++) history = record(history, i)
  for (let i = 0; i < 150; i++) history = undo(history)
  expect(history.present).toBe(150 - UNDO_LIMIT)
  history = redo(history)
  expect(history.present).toBe(51)
  expect(redo(record(history, 7)).present).toBe(7)
})
