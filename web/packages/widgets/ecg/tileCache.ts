// Tiles of a long recording in memory: which ones a window needs, which to fetch ahead, and the least used put away at 64 MB.
import { levelFor } from './decode.ts'
import type { EcgSignal } from './model.ts'

export const CACHE_LIMIT_BYTES = 64 * 2 ** 20
export const TILE_SECONDS = 10
const AHEAD = 2

export interface TileKey {
  level: number
  index: number
}

export interface Window {
  startS: number
  endS: number
  /** Length of the whole recording, s. */
  totalS: number
  fsHz: number
  devicePxPerS: number
  /** Scroll direction: 1 onward, −1 back, 0 at rest. */
  direction: -1 | 0 | 1
}

/** Tiles to have for a window, those in sight first, then two ahead in scroll direction. */
export function tilesFor(window: Window): { needed: TileKey[]; ahead: TileKey[] } {
  const level = levelFor(window.fsHz, window.devicePxPerS)
  const seconds = TILE_SECONDS * 8 ** level
  const last = Math.max(0, Math.ceil(window.totalS / seconds) - 1)
  const clamp = (index: number) => Math.max(0, Math.min(last, index))
  const from = clamp(Math.floor(window.startS / seconds))
  const to = clamp(Math.ceil(window.endS / seconds) - 1)
  const needed = Array.from({ length: Math.max(1, to - from + 1) }, (_, i) => ({ level, index: from + i }))
  const edge = window.direction > 0 ? to : from
  const steps = window.direction === 0 ? [] : Array.from({ length: AHEAD }, (_, i) => edge + window.direction * (i + 1))
  return { needed, ahead: steps.filter((index) => index >= 0 && index <= last).map((index) => ({ level, index })) }
}

/** Bytes of the sample arrays of a tile. */
export function bytesOf(signal: EcgSignal): number {
  return signal.leads.reduce(
    (sum, lead) => sum + lead.low.byteLength + (lead.high === lead.low ? 0 : lead.high.byteLength),
    0,
  )
}

/** Least recently used tiles go first; one tile larger than the limit is still kept, alone. */
export class TileCache {
  private readonly tiles = new Map<string, EcgSignal>()
  private bytes = 0

  constructor(private readonly limitBytes = CACHE_LIMIT_BYTES) {}

  get size(): number {
    return this.tiles.size
  }

  get(key: TileKey): EcgSignal | undefined {
    const name = `${key.level}/${key.index}`
    const tile = this.tiles.get(name)
    if (tile) {
      this.tiles.delete(name)
      this.tiles.set(name, tile)
    }
    return tile
  }

  set(key: TileKey, tile: EcgSignal): void {
    const name = `${key.level}/${key.index}`
    const before = this.tiles.get(name)
    if (before) this.bytes -= bytesOf(before)
    this.tiles.delete(name)
    this.tiles.set(name, tile)
    this.bytes += bytesOf(tile)
    for (const [oldest, old] of this.tiles) {
      if (this.bytes <= this.limitBytes || oldest === name) break
      this.tiles.delete(oldest)
      this.bytes -= bytesOf(old)
    }
  }
}
