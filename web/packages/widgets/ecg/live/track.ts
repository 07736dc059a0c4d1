// The last minutes of one live session in the browser: a ring of samples for each lead, holes where nothing was received.
import { MISSING } from '../model.ts'
import type { LiveFrame } from './frame.ts'

export interface LiveInfo {
  leads: readonly string[]
  fsHz: number
  samplesPerFrame: number
  uvPerLsb: readonly number[]
  beganMs: number
}

export class LiveTrack {
  readonly info: LiveInfo
  readonly capacity: number
  /** Sample after the newest one that is here. */
  end = 0
  private readonly rings: Int16Array[]

  constructor(info: LiveInfo, seconds: number) {
    this.info = info
    const frames = Math.ceil((seconds * info.fsHz) / info.samplesPerFrame)
    this.capacity = frames * info.samplesPerFrame
    this.rings = info.leads.map(() => new Int16Array(this.capacity).fill(MISSING))
  }

  /** First sample that can still be here. */
  get start(): number {
    return Math.max(0, this.end - this.capacity)
  }

  /** Keep a frame at its place; what lies between it and the newest before it becomes a hole. */
  put(frame: LiveFrame): void {
    const first = frame.index * frame.count
    if (frame.leads !== this.rings.length || frame.count !== this.info.samplesPerFrame) return
    if (first + frame.count <= this.start) return
    if (first + frame.count > this.end) this.forward(first + frame.count)
    const at = first % this.capacity
    this.rings.forEach((ring, lead) => {
      ring.set(frame.samples.subarray(lead * frame.count, (lead + 1) * frame.count), at)
    })
  }

  /** Microvolts of a lead at a sample, null where nothing was received. */
  at(lead: number, sample: number): number | null {
    if (sample < this.start || sample >= this.end) return null
    const value = this.rings[lead]?.[sample % this.capacity]
    return value === undefined || value === MISSING ? null : value * (this.info.uvPerLsb[lead] ?? 1)
  }

  /** Time of a sample, milliseconds since the epoch. */
  timeMs(sample: number): number {
    return this.info.beganMs + (1000 * sample) / this.info.fsHz
  }

  private forward(end: number): void {
    const from = Math.max(this.end, end - this.capacity)
    for (const ring of this.rings) {
      for (let sample = from; sample < end; sample += 1) ring[sample % this.capacity] = MISSING
    }
    this.end = end
  }
}
