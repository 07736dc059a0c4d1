// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { DEFAULT_SETTINGS, type EcgSettings } from './model.ts'
import { PointerControl } from './pointer.ts'
import { sampleRecording } from './sample.ts'
import { recordingContext } from './testing.ts'
import { EcgCanvas, type Markings } from './viewer.ts'

let viewer: EcgCanvas
let host: HTMLElement
let control: PointerControl
let changed: { settings: EcgSettings[]; markings: Markings[] }

class FakeOffscreen {
  constructor(
    public width: number,
    public height: number,
  ) {}
  getContext() {
    return recordingContext().ctx
  }
}

beforeEach(() => {
  vi.stubGlobal('OffscreenCanvas', FakeOffscreen)
  vi.spyOn(HTMLCanvasElement.prototype, 'getContext').mockImplementation(() => recordingContext().ctx as never)
  host = document.createElement('div')
  changed = { settings: [], markings: [] }
  const canvas = () => document.createElement('canvas')
  viewer = new EcgCanvas(
    canvas(),
    canvas(),
    sampleRecording(10),
    { ...DEFAULT_SETTINGS, pxPerMm: 4 },
    {
      settingsChanged: (settings) => changed.settings.push(settings),
      markingsChanged: (markings) => changed.markings.push(markings),
      viewChanged() {},
    },
  )
  viewer.resize(1200, 600)
  control = new PointerControl(host, viewer)
})

afterEach(() => {
  control.destroy()
  viewer.destroy()
  vi.unstubAllGlobals()
})

const pointer = (type: string, xPx: number, yPx: number, more: PointerEventInit = {}) =>
  host.dispatchEvent(new PointerEvent(type, { pointerId: 1, clientX: xPx, clientY: yPx, bubbles: true, ...more }))
const drag = (from: [number, number], to: [number, number], more: PointerEventInit = {}) => {
  pointer('pointerdown', ...from, more)
  pointer('pointermove', ...to, more)
  pointer('pointerup', ...to, more)
}
const key = (name: string, more: KeyboardEventInit = {}) =>
  host.dispatchEvent(new KeyboardEvent('keydown', { key: name, cancelable: true, ...more }))
const wheel = (init: WheelEventInit) => {
  const event = new WheelEvent('wheel', { cancelable: true, ...init })
  for (const [name, value] of Object.entries(init)) Object.defineProperty(event, name, { value })
  host.dispatchEvent(event)
}
const xPx = (timeS: number) => 40 + timeS * 100
const rhythmY = () => (viewer.page.cells.at(-1)?.baselineMm ?? 0) * 4

it('draws, and says what it drew with', () => {
  viewer.draw()
  expect(viewer.stats.frames).toBe(1)
  expect(viewer.footer()).toBe('25 mm/s   10 mm/mV   0.05–150 Hz   HR 72')
  viewer.change({
    gainMmPerMv: null,
    chestHalf: true,
    layout: '12x1',
    filters: { highPassHz: null, lowPassHz: 35, notchHz: 50 },
  })
  expect(viewer.footer()).toContain('≤ 35 Hz · ~50 Hz')
  expect(viewer.footer()).toContain(`${viewer.gainMmPerMv} / V ${viewer.gainMmPerMv / 2} mm/mV`)
  expect([2.5, 5, 10, 20, 40]).toContain(viewer.gainMmPerMv)
})

it('pans with the mouse and stays on the page', () => {
  viewer.change({ speedMmPerS: 50 })
  drag([400, 100], [300, 100])
  expect(viewer.view.xMm).toBe(25)
  drag([0, 100], [5000, 100])
  expect(viewer.view.xMm).toBe(0)
})

it('a caliper dragged over one beat measures it to the sample', () => {
  key('c')
  drag([xPx(2), rhythmY()], [xPx(2 + 60 / 72), rhythmY()], { altKey: true })
  const [made] = viewer.markings.calipers
  expect(made?.lead).toBe('II')
  expect(Math.abs((made?.toS ?? 0) - (made?.fromS ?? 0) - 60 / 72)).toBeLessThanOrEqual(0.0062)
  expect(changed.markings.length).toBe(1)
})

it('moves an edge of a caliper, undoes, redoes and removes it', () => {
  key('c')
  drag([xPx(2), rhythmY()], [xPx(3), rhythmY()])
  const first = viewer.markings.calipers[0]
  drag([xPx(first?.toS ?? 0), rhythmY()], [xPx(3.5), rhythmY() - 40])
  expect(viewer.markings.calipers.length).toBe(1)
  expect(Math.abs((viewer.markings.calipers[0]?.toS ?? 0) - 3.5)).toBeLessThan(0.07)
  key('z', { ctrlKey: true })
  expect(viewer.markings.calipers[0]).toEqual(first)
  key('y', { ctrlKey: true })
  key('Delete')
  expect(viewer.markings.calipers).toEqual([])
  key('z', { ctrlKey: true })
  expect(viewer.markings.calipers.length).toBe(1)
})

it('moves a whole caliper parallel by its bar and keeps the interval', () => {
  key('c')
  drag([xPx(2), rhythmY()], [xPx(3), rhythmY()])
  const first = viewer.markings.calipers[0]
  const barY = (viewer.page.cells.at(-1)?.topMm ?? 0) * 4 + 8
  drag([xPx(2.5), barY], [xPx(4), barY])
  const moved = viewer.markings.calipers[0]
  expect(viewer.markings.calipers.length).toBe(1)
  expect((moved?.fromS ?? 0) - (first?.fromS ?? 0)).toBeCloseTo(1.5, 6)
  expect((moved?.toS ?? 0) - (moved?.fromS ?? 0)).toBeCloseTo((first?.toS ?? 0) - (first?.fromS ?? 0), 9)
})

it('a click without movement leaves no caliper; the margin gives none', () => {
  key('c')
  drag([xPx(2), rhythmY()], [xPx(2), rhythmY()])
  drag([2, rhythmY()], [12, rhythmY()])
  expect(viewer.markings.calipers).toEqual([])
})

it('drags a wave mark on the median beat and keeps the order of the waves', () => {
  viewer.change({ layout: 'median' })
  const cell = viewer.page.cells[0]
  const at = (ms: number) => ((cell?.xMm ?? 0) + (ms / 1000) * (cell?.speedMmPerS ?? 0)) * 4
  const y = (cell?.baselineMm ?? 0) * 4
  drag([at(262), y], [at(240), y])
  expect(Math.abs((viewer.markings.marks?.qrsOnset ?? 0) - 240)).toBeLessThanOrEqual(4)
  drag([at(viewer.markings.marks?.qrsOnset ?? 0), y], [at(20), y])
  expect(viewer.markings.marks?.qrsOnset).toBe(176)
})

it('moves a boundary by keys: B chooses, comma and full stop move by samples, kept once they rest', () => {
  vi.useFakeTimers()
  const machine = viewer.markings.marks
  key('.')
  expect(viewer.pendingMarks).toBeNull()
  key('b')
  expect(viewer.settings.layout).toBe('median')
  expect(viewer.chosenMark).toBe('pOnset')
  key('B', { shiftKey: true })
  expect(viewer.chosenMark).toBe('tEnd')
  key('.')
  key('>', { shiftKey: true })
  key(',')
  expect(changed.markings).toEqual([])
  vi.advanceTimersByTime(600)
  const sampleMs = 1000 / (sampleRecording(10).median?.fsHz ?? 500)
  expect(changed.markings.map((one) => one.marks)).toEqual([{ ...machine, tEnd: 660 + 5 * sampleMs }])
  key('z', { ctrlKey: true })
  expect(viewer.markings.marks).toEqual(machine)
  key('.')
  key('Escape')
  vi.advanceTimersByTime(600)
  expect(viewer.markings.marks).toEqual(machine)
  expect(viewer.chosenMark).toBeNull()
  vi.useRealTimers()
})

it('wheel pans, with Ctrl it zooms about the pointer', () => {
  viewer.change({ speedMmPerS: 100 })
  wheel({ deltaX: 40, deltaY: 0 })
  expect(viewer.view.xMm).toBe(10)
  wheel({ deltaY: 80, shiftKey: true })
  expect(viewer.view.xMm).toBe(30)
  wheel({ deltaY: -200, ctrlKey: true, clientX: 100 })
  expect(viewer.view.zoom).toBeCloseTo(Math.exp(0.5), 6)
  expect(viewer.footer()).toContain('×1.65')
  key('0')
  expect(viewer.view.zoom).toBe(1)
  key('w')
  expect(viewer.view.zoom).toBeCloseTo(1200 / (4 * viewer.page.widthMm), 6)
})

it('two fingers zoom, a long press starts a caliper', () => {
  vi.useFakeTimers()
  pointer('pointerdown', 100, 100, { pointerType: 'touch' })
  pointer('pointerdown', 200, 100, { pointerId: 2, pointerType: 'touch' })
  pointer('pointermove', 300, 100, { pointerId: 2, pointerType: 'touch' })
  expect(viewer.view.zoom).toBe(2)
  pointer('pointerup', 300, 100, { pointerId: 2, pointerType: 'touch' })
  pointer('pointerup', 100, 100, { pointerType: 'touch' })
  key('0')
  pointer('pointerdown', xPx(2), rhythmY(), { pointerType: 'touch' })
  vi.advanceTimersByTime(500)
  pointer('pointermove', xPx(3), rhythmY(), { pointerType: 'touch' })
  pointer('pointerup', xPx(3), rhythmY(), { pointerType: 'touch' })
  expect(viewer.markings.calipers.length).toBe(1)
  vi.useRealTimers()
})

it('keys change speed, gain and filter; Esc puts the tool away', () => {
  key('+')
  key(']')
  key('f')
  key('c')
  expect(viewer.settings).toMatchObject({ gainMmPerMv: 20, speedMmPerS: 50, tool: 'caliper' })
  expect(viewer.settings.filters.lowPassHz).toBe(35)
  key('f')
  key('Escape')
  expect(viewer.settings.filters.lowPassHz).toBe(150)
  expect(viewer.settings.tool).toBe('pan')
  expect(changed.settings.length).toBe(6)
})

it('a cancelled touch leaves nothing behind', () => {
  key('c')
  pointer('pointerdown', xPx(2), rhythmY())
  pointer('pointermove', xPx(3), rhythmY())
  pointer('pointercancel', xPx(3), rhythmY())
  expect(viewer.pending).toBeNull()
  expect(viewer.markings.calipers).toEqual([])
})

it('at the edge of the page a longer recording moves on in time', () => {
  viewer.show(sampleRecording(30))
  expect(viewer.page.cells[0]?.startS).toBe(0)
  key('PageDown')
  expect(viewer.page.cells[0]?.startS).toBe(4)
  viewer.seek(99)
  expect(viewer.page.cells[0]?.startS).toBe(20)
  expect(viewer.markings.calipers).toEqual([])
})
