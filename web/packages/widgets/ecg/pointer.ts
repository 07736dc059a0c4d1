// Mouse, touch and pen on the viewer: pan, pinch, wheel, drawing and dragging calipers and wave marks.
import { moveMark, sampleNear, snapToExtreme, snapToOnset } from './calipers.ts'
import { commandOf, type Finger, pageX, pageY, panBy, pinch, scaleOf, zoomAbout } from './interact.ts'
import { cellAt, type TraceCell, timeAt, uvAt, xOf } from './layout.ts'
import type { Caliper, WaveMark } from './model.ts'
import { cellsOf } from './overlay.ts'
import type { EcgCanvas } from './viewer.ts'

const GRAB_PX = 7
const BAR_PX = 26
const LONG_PRESS_MS = 450
const LONG_PRESS_SLIP_PX = 8
const SNAP_MM = 1.5

type Drag =
  | { kind: 'pan' }
  | { kind: 'caliper'; cell: TraceCell }
  | { kind: 'edge'; cell: TraceCell; caliper: Caliper; edge: 'from' | 'to' }
  | { kind: 'whole'; cell: TraceCell; caliper: Caliper; grabS: number }
  | { kind: 'wave'; cell: TraceCell; mark: WaveMark }

interface Place {
  timeS: number
  uv: number
}

export class PointerControl {
  private readonly fingers = new Map<number, Finger>()
  private drag: Drag | null = null
  private pressTimer = 0
  private nextId = 1

  constructor(
    private readonly host: HTMLElement,
    private readonly viewer: EcgCanvas,
  ) {
    host.addEventListener('pointerdown', this.down)
    host.addEventListener('pointermove', this.move)
    host.addEventListener('pointerup', this.up)
    host.addEventListener('pointercancel', this.up)
    host.addEventListener('wheel', this.wheel, { passive: false })
    host.addEventListener('keydown', this.key)
  }

  destroy(): void {
    window.clearTimeout(this.pressTimer)
    this.host.removeEventListener('pointerdown', this.down)
    this.host.removeEventListener('pointermove', this.move)
    this.host.removeEventListener('pointerup', this.up)
    this.host.removeEventListener('pointercancel', this.up)
    this.host.removeEventListener('wheel', this.wheel)
    this.host.removeEventListener('keydown', this.key)
  }

  private finger(event: MouseEvent, id: number): Finger {
    const box = this.host.getBoundingClientRect()
    return { id, xPx: event.clientX - box.left, yPx: event.clientY - box.top }
  }

  private readonly down = (event: PointerEvent): void => {
    const finger = this.finger(event, event.pointerId)
    this.host.setPointerCapture?.(event.pointerId)
    this.fingers.set(event.pointerId, finger)
    window.clearTimeout(this.pressTimer)
    if (this.fingers.size > 1) {
      this.drag = null
      this.viewer.pending = null
      return
    }
    const touch = event.pointerType === 'touch'
    this.drag = this.grabbed(finger) ?? this.started(finger, touch || event.button === 1, !event.altKey)
    if (touch && this.drag.kind === 'pan') {
      this.pressTimer = window.setTimeout(() => {
        this.drag = this.started(finger, false, true, true)
      }, LONG_PRESS_MS)
    }
  }

  /** The edge of a caliper or the wave mark under the finger. */
  private grabbed(finger: Finger): Drag | null {
    const { viewer } = this
    const cell = cellAt(viewer.page, pageX(viewer.view, finger.xPx), pageY(viewer.view, finger.yPx))
    if (!cell) return null
    const reach = GRAB_PX / scaleOf(viewer.view)
    const near = (timeS: number) => Math.abs(xOf(cell, timeS) - pageX(viewer.view, finger.xPx)) <= reach
    for (const caliper of viewer.markings.calipers) {
      if (caliper.reader || !cellsOf(viewer.page, caliper).includes(cell)) continue
      const edge = near(caliper.toS) ? 'to' : near(caliper.fromS) ? 'from' : null
      if (edge) {
        viewer.selected = caliper.id
        return { kind: 'edge', cell, caliper, edge }
      }
      if (this.onBar(cell, caliper, finger)) {
        viewer.selected = caliper.id
        return { kind: 'whole', cell, caliper, grabS: timeAt(cell, pageX(viewer.view, finger.xPx)) }
      }
    }
    const { marks } = viewer.markings
    if (cell.source !== 'median' || !marks) return null
    const mark = (Object.keys(marks) as WaveMark[]).find(
      (name) => marks[name] !== null && near((marks[name] ?? 0) / 1000),
    )
    if (!mark) return null
    viewer.chosenMark = mark
    return { kind: 'wave', cell, mark }
  }

  /** On the bar that joins both edges at the top of the cell: the caliper is moved parallel, its interval kept. */
  private onBar(cell: TraceCell, caliper: Caliper, finger: Finger): boolean {
    const { view } = this.viewer
    const timeS = timeAt(cell, pageX(view, finger.xPx))
    const fromTopPx = (pageY(view, finger.yPx) - cell.topMm) * scaleOf(view)
    return (timeS - caliper.fromS) * (timeS - caliper.toS) < 0 && fromTopPx >= 0 && fromTopPx <= BAR_PX
  }

  private started(finger: Finger, onlyPan: boolean, snap: boolean, forceCaliper = false): Drag {
    const { viewer } = this
    const { tool } = viewer.settings
    const cell = cellAt(viewer.page, pageX(viewer.view, finger.xPx), pageY(viewer.view, finger.yPx))
    if (!cell || onlyPan || (tool === 'pan' && !forceCaliper)) return { kind: 'pan' }
    const place = this.place(cell, finger, snap)
    viewer.pending = {
      id: this.freshId(),
      kind: tool === 'caliper' || tool === 'pan' ? 'both' : tool,
      lead: cell.lead,
      source: cell.source,
      fromS: place.timeS,
      toS: place.timeS,
      fromUv: place.uv,
      toUv: place.uv,
    }
    viewer.request()
    return { kind: 'caliper', cell }
  }

  private freshId(): number {
    this.nextId = Math.max(this.nextId, ...this.viewer.markings.calipers.map((each) => each.id + 1))
    return this.nextId++
  }

  /** Time and voltage under a finger; snapped to an onset or extreme within 1.5 mm unless Alt is held. */
  private place(cell: TraceCell, finger: Finger, snap: boolean): Place {
    const { viewer } = this
    const timeS = Math.max(
      cell.startS,
      Math.min(cell.startS + cell.durationS, timeAt(cell, pageX(viewer.view, finger.xPx))),
    )
    const uv = uvAt(cell, pageY(viewer.view, finger.yPx))
    const trace = viewer.traceOf(cell)
    if (!trace || !snap) return { timeS: trace ? sampleNear(trace, timeS).timeS : timeS, uv }
    const radiusS = SNAP_MM / cell.speedMmPerS
    const extreme = snapToExtreme(trace, timeS, radiusS)
    const onset = snapToOnset(trace, timeS, radiusS)
    const distance = (point: Place) => Math.abs(point.uv - uv)
    return distance(extreme) <= distance(onset) ? extreme : onset
  }

  private readonly move = (event: PointerEvent): void => {
    const before = this.fingers.get(event.pointerId)
    if (!before) return
    const finger = this.finger(event, event.pointerId)
    const other = [...this.fingers.values()].find((each) => each.id !== event.pointerId)
    this.fingers.set(event.pointerId, finger)
    if (Math.hypot(finger.xPx - before.xPx, finger.yPx - before.yPx) > LONG_PRESS_SLIP_PX)
      window.clearTimeout(this.pressTimer)
    if (other) {
      this.viewer.look(pinch(this.viewer.view, [before, other], [finger, other]))
      return
    }
    if (this.drag) this.follow(this.drag, before, finger, !event.altKey)
  }

  private follow(drag: Drag, before: Finger, finger: Finger, snap: boolean): void {
    const { viewer } = this
    if (drag.kind === 'pan') {
      if (before.xPx !== finger.xPx || before.yPx !== finger.yPx) window.clearTimeout(this.pressTimer)
      viewer.look(panBy(viewer.view, finger.xPx - before.xPx, finger.yPx - before.yPx))
      return
    }
    const place = this.place(drag.cell, finger, snap && drag.kind !== 'wave')
    if (drag.kind === 'caliper' && viewer.pending)
      viewer.pending = { ...viewer.pending, toS: place.timeS, toUv: place.uv }
    else if (drag.kind === 'edge') {
      const moved = drag.edge === 'to' ? { toS: place.timeS, toUv: place.uv } : { fromS: place.timeS, fromUv: place.uv }
      viewer.pending = { ...drag.caliper, ...moved }
    } else if (drag.kind === 'whole') {
      const byS = timeAt(drag.cell, pageX(viewer.view, finger.xPx)) - drag.grabS
      viewer.pending = { ...drag.caliper, fromS: drag.caliper.fromS + byS, toS: drag.caliper.toS + byS }
    } else if (drag.kind === 'wave' && viewer.markings.marks) {
      viewer.pendingMarks = moveMark(viewer.markings.marks, drag.mark, place.timeS * 1000, drag.cell.durationS * 1000)
    }
    viewer.request()
  }

  private readonly up = (event: PointerEvent): void => {
    window.clearTimeout(this.pressTimer)
    this.fingers.delete(event.pointerId)
    const { drag, viewer } = this
    this.drag = null
    if (!drag || event.type === 'pointercancel') {
      viewer.pending = null
      viewer.pendingMarks = null
      return
    }
    if (drag.kind === 'wave') viewer.drop()
    else if (drag.kind !== 'pan') this.dropCaliper()
  }

  private dropCaliper(): void {
    const { viewer } = this
    const { pending } = viewer
    viewer.pending = null
    if (!pending || (pending.fromS === pending.toS && pending.fromUv === pending.toUv)) {
      viewer.request()
      return
    }
    viewer.selected = pending.id
    const others = viewer.markings.calipers.filter((each) => each.id !== pending.id)
    viewer.mark({ ...viewer.markings, calipers: [...others, pending] })
  }

  private readonly wheel = (event: WheelEvent): void => {
    event.preventDefault()
    const { viewer } = this
    const finger = this.finger(event, -1)
    if (event.ctrlKey || event.metaKey)
      viewer.look(zoomAbout(viewer.view, Math.exp(-event.deltaY / 400), finger.xPx, finger.yPx))
    else if (event.shiftKey) viewer.look(panBy(viewer.view, -event.deltaY, 0))
    else viewer.look(panBy(viewer.view, -event.deltaX, -event.deltaY))
  }

  private readonly key = (event: KeyboardEvent): void => {
    const key = { key: event.key, ctrl: event.ctrlKey || event.metaKey, shift: event.shiftKey }
    const command = commandOf(key, this.viewer.settings)
    if (!command || event.altKey) return
    event.preventDefault()
    this.viewer.run(command)
  }
}
