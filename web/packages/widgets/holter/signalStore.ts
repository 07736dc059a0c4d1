// Pieces of a long signal as they come from the server: samples by the minute, minima and maxima by the hour and lead.
import { decodeTile } from '../ecg/decode.ts'
import type { EcgSignal } from '../ecg/model.ts'
import { TileCache } from '../ecg/tileCache.ts'

/** Asks the server for [startS, stopS) at a level of the pyramid; no leads are all leads. */
export type LoadSignal = (
  startS: number,
  stopS: number,
  level: number,
  leads: readonly string[],
) => Promise<ArrayBuffer>

export const FINE_SECONDS = 60
export const COARSE_SECONDS = 3600
const LIMIT_BYTES = 48 * 2 ** 20

export class SignalStore {
  private readonly fine = new TileCache(LIMIT_BYTES)
  private readonly coarse = new Map<string, TileCache>()
  private readonly asked = new Map<string, Promise<EcgSignal>>()

  constructor(
    private readonly load: LoadSignal,
    private readonly durationS: number,
  ) {}

  /** Samples of the minutes that touch [startS, stopS); minutes that are not here yet are null. */
  samples(startS: number, stopS: number): (EcgSignal | null)[] {
    return this.minutes(startS, stopS).map((index) => this.fine.get({ level: 0, index }) ?? null)
  }

  /** Fetch what is missing of [startS, stopS); true when something came. */
  async wantSamples(startS: number, stopS: number): Promise<boolean> {
    const missing = this.minutes(startS, stopS).filter((index) => !this.fine.get({ level: 0, index }))
    await Promise.all(missing.map((index) => this.fetchFine(index)))
    return missing.length > 0
  }

  /** Minima and maxima of one hour of one lead at level 1, or null. */
  hour(index: number, lead: string): EcgSignal | null {
    return this.hours(lead).get({ level: 1, index }) ?? null
  }

  async wantHour(index: number, lead: string): Promise<EcgSignal> {
    const known = this.hour(index, lead)
    if (known) return known
    return this.once(`1/${lead}/${index}`, async () => {
      const start = index * COARSE_SECONDS
      const stop = Math.min(start + COARSE_SECONDS, this.durationS)
      const tile = decodeTile(await this.load(start, stop, 1, [lead]))
      this.hours(lead).set({ level: 1, index }, tile)
      return tile
    })
  }

  private hours(lead: string): TileCache {
    const known = this.coarse.get(lead)
    if (known) return known
    const made = new TileCache(LIMIT_BYTES)
    this.coarse.set(lead, made)
    return made
  }

  private fetchFine(index: number): Promise<EcgSignal> {
    return this.once(`0/${index}`, async () => {
      const start = index * FINE_SECONDS
      const stop = Math.min(start + FINE_SECONDS, this.durationS)
      const tile = decodeTile(await this.load(start, stop, 0, []))
      this.fine.set({ level: 0, index }, tile)
      return tile
    })
  }

  private minutes(startS: number, stopS: number): number[] {
    const last = Math.max(0, Math.ceil(this.durationS / FINE_SECONDS) - 1)
    const from = Math.max(0, Math.floor(startS / FINE_SECONDS))
    const to = Math.min(last, Math.max(from, Math.ceil(stopS / FINE_SECONDS) - 1))
    return Array.from({ length: Math.max(0, to - from + 1) }, (_one, place) => from + place)
  }

  private once(key: string, fetch: () => Promise<EcgSignal>): Promise<EcgSignal> {
    const running = this.asked.get(key)
    if (running) return running
    const started = fetch().finally(() => this.asked.delete(key))
    this.asked.set(key, started)
    return started
  }
}
