// True scale: the reader lays a bank or identity card (ISO/IEC 7810 ID-1) on the screen and fits a frame to it.
import { NOMINAL_PX_PER_MM } from './model.ts'

export const CARD_WIDTH_MM = 85.6
export const CARD_HEIGHT_MM = 53.98
const LEAST_PX_PER_MM = 1.5
const GREATEST_PX_PER_MM = 20

/** CSS pixels per millimetre from the width of the fitted frame; a width that no screen can have falls back to the nominal one. */
export function pxPerMmFromCard(frameWidthPx: number): number {
  const pxPerMm = frameWidthPx / CARD_WIDTH_MM
  return pxPerMm >= LEAST_PX_PER_MM && pxPerMm <= GREATEST_PX_PER_MM ? pxPerMm : NOMINAL_PX_PER_MM
}

/** Size of the frame to draw for a scale. */
export function cardFrame(pxPerMm: number): { widthPx: number; heightPx: number } {
  return { widthPx: CARD_WIDTH_MM * pxPerMm, heightPx: CARD_HEIGHT_MM * pxPerMm }
}

/** One key per screen: calibration holds for one resolution and one zoom of the browser. */
export function screenKey(widthPx: number, heightPx: number, devicePixelRatio: number): string {
  return `tm-ecg-scale:${widthPx}x${heightPx}@${Math.round(devicePixelRatio * 100)}`
}

/** Where scales are kept; the browser's localStorage fits. A scale is not patient data. */
export interface ScaleStore {
  getItem(key: string): string | null
  setItem(key: string, value: string): void
}

export function loadScale(store: ScaleStore, key: string): number {
  const stored = Number(store.getItem(key))
  return stored >= LEAST_PX_PER_MM && stored <= GREATEST_PX_PER_MM ? stored : NOMINAL_PX_PER_MM
}

export function saveScale(store: ScaleStore, key: string, pxPerMm: number): void {
  store.setItem(key, pxPerMm.toFixed(5))
}
