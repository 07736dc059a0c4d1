// Pan, zoom, pointer gestures and keys as pure state changes; the controller in viewer.ts only carries them out.
import type { PageLayout } from './layout.ts'
import { type EcgSettings, GAINS_MM_PER_MV, SPEEDS_MM_PER_S, type Tool } from './model.ts'

/** What part of the page is on screen. `xMm`, `yMm` is the page point at the upper left corner. */
export interface View {
  xMm: number
  yMm: number
  /** 1 is true scale. */
  zoom: number
  pxPerMm: number
  widthPx: number
  heightPx: number
}

export const LEAST_ZOOM = 0.25
export const GREATEST_ZOOM = 8
const KEY_PAN_MM = 10

/** CSS pixels per millimetre as drawn. */
export function scaleOf(view: View): number {
  return view.pxPerMm * view.zoom
}

/** Keep the page in sight: never past its far edges, and at its origin where it is smaller than the screen. */
export function clampView(view: View, page: Pick<PageLayout, 'widthMm' | 'heightMm'>): View {
  const scale = scaleOf(view)
  const most = (sizeMm: number, sizePx: number) => Math.max(0, sizeMm - sizePx / scale)
  const within = (value: number, limit: number) => Math.min(limit, Math.max(0, value))
  return {
    ...view,
    xMm: within(view.xMm, most(page.widthMm, view.widthPx)),
    yMm: within(view.yMm, most(page.heightMm, view.heightPx)),
  }
}

export function panBy(view: View, dxPx: number, dyPx: number): View {
  const scale = scaleOf(view)
  return { ...view, xMm: view.xMm - dxPx / scale, yMm: view.yMm - dyPx / scale }
}

/** Zoom so that the page point under the pointer stays under it. */
export function zoomAbout(view: View, factor: number, xPx: number, yPx: number): View {
  const zoom = Math.min(GREATEST_ZOOM, Math.max(LEAST_ZOOM, view.zoom * factor))
  const before = scaleOf(view)
  const after = view.pxPerMm * zoom
  return { ...view, zoom, xMm: view.xMm + xPx / before - xPx / after, yMm: view.yMm + yPx / before - yPx / after }
}

/** The whole width of the page on screen; no longer true scale. */
export function fitWidth(view: View, page: Pick<PageLayout, 'widthMm'>): View {
  const zoom = view.widthPx / (view.pxPerMm * Math.max(1, page.widthMm))
  return { ...view, xMm: 0, zoom: Math.min(GREATEST_ZOOM, Math.max(LEAST_ZOOM, zoom)) }
}

export function pageX(view: View, xPx: number): number {
  return view.xMm + xPx / scaleOf(view)
}

export function pageY(view: View, yPx: number): number {
  return view.yMm + yPx / scaleOf(view)
}

export interface Finger {
  id: number
  xPx: number
  yPx: number
}

/** Move of two fingers: pan of their middle and zoom by their distance. */
export function pinch(view: View, before: readonly [Finger, Finger], after: readonly [Finger, Finger]): View {
  const middle = ([a, b]: readonly [Finger, Finger]) => ({ x: (a.xPx + b.xPx) / 2, y: (a.yPx + b.yPx) / 2 })
  const span = ([a, b]: readonly [Finger, Finger]) => Math.hypot(a.xPx - b.xPx, a.yPx - b.yPx)
  const from = middle(before)
  const to = middle(after)
  const factor = span(before) > 0 ? span(after) / span(before) : 1
  return zoomAbout(panBy(view, to.x - from.x, to.y - from.y), factor, to.x, to.y)
}

/** Next value of a scale up or down; from automatic gain it starts at the middle. */
export function stepScale(values: readonly number[], current: number | null, by: 1 | -1): number {
  const at = current === null ? values.indexOf(10) : values.findIndex((value) => value >= current)
  const next = values[Math.min(values.length - 1, Math.max(0, at + by))]
  return next ?? current ?? 10
}

export type Command =
  | { kind: 'settings'; change: Partial<EcgSettings> }
  | { kind: 'pan'; dxMm: number; dyMm: number }
  | { kind: 'filter' }
  | { kind: 'trueScale' }
  | { kind: 'fit' }
  | { kind: 'undo' }
  | { kind: 'redo' }
  | { kind: 'cancel' }
  | { kind: 'remove' }
  | { kind: 'nextMark'; by: 1 | -1 }
  | { kind: 'nudge'; samples: number }

export interface Key {
  key: string
  ctrl: boolean
  shift: boolean
}

type KeyRule = (settings: EcgSettings, shift: boolean) => Command

const gainBy = (by: 1 | -1): KeyRule => {
  return ({ gainMmPerMv }) => ({
    kind: 'settings',
    change: { gainMmPerMv: stepScale(GAINS_MM_PER_MV, gainMmPerMv, by) },
  })
}
const speedBy = (by: 1 | -1): KeyRule => {
  return ({ speedMmPerS }) => ({
    kind: 'settings',
    change: { speedMmPerS: stepScale(SPEEDS_MM_PER_S, speedMmPerS, by) },
  })
}
const panKey = (dxMm: number, dyMm: number): KeyRule => {
  return () => ({ kind: 'pan', dxMm, dyMm })
}
const simple = (kind: 'filter' | 'trueScale' | 'fit' | 'undo' | 'redo' | 'cancel' | 'remove'): KeyRule => {
  return () => ({ kind })
}

const toolKey = (wanted: Tool): KeyRule => {
  return ({ tool }) => ({ kind: 'settings', change: { tool: tool === wanted ? 'pan' : wanted } })
}

const keyRules: Readonly<Record<string, KeyRule>> = {
  '+': gainBy(1),
  '=': gainBy(1),
  '-': gainBy(-1),
  ']': speedBy(1),
  '[': speedBy(-1),
  f: simple('filter'),
  c: toolKey('caliper'),
  m: toolKey('march'),
  l: toolKey('parallel'),
  g: toolKey('angle'),
  b: (_settings, shift) => ({ kind: 'nextMark', by: shift ? -1 : 1 }),
  ',': () => ({ kind: 'nudge', samples: -1 }),
  '.': () => ({ kind: 'nudge', samples: 1 }),
  '<': () => ({ kind: 'nudge', samples: -5 }),
  '>': () => ({ kind: 'nudge', samples: 5 }),
  0: simple('trueScale'),
  w: simple('fit'),
  arrowleft: panKey(-KEY_PAN_MM, 0),
  arrowright: panKey(KEY_PAN_MM, 0),
  arrowup: panKey(0, -KEY_PAN_MM),
  arrowdown: panKey(0, KEY_PAN_MM),
  pageup: panKey(-KEY_PAN_MM * 10, 0),
  pagedown: panKey(KEY_PAN_MM * 10, 0),
  escape: simple('cancel'),
  delete: simple('remove'),
  backspace: simple('remove'),
}

/** The command of a key, null for keys that are not ours. */
export function commandOf({ key, ctrl, shift }: Key, settings: EcgSettings): Command | null {
  const name = key.toLowerCase()
  if (ctrl) return name === 'z' ? { kind: shift ? 'redo' : 'undo' } : name === 'y' ? { kind: 'redo' } : null
  return keyRules[name]?.(settings, shift) ?? null
}
