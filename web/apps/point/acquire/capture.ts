// The last seconds that a device sent: drawn while they come, cut out as an examination. Lost frames stay holes.
import type { Frame, Hello } from './frames.ts'
import type { Traces } from './leads.ts'
import type { Recorded } from './wfdb.ts'

const MISSING = -32768
export const KEPT_S = 30
export const CUT_S = 10

export class Capture {
  readonly hello: Hello
  private readonly rings: Int16Array[]
  private readonly size: number
  private nextSeq: number | null = null
  private width = 0
  /** Samples since the beginning, holes included. */
  total = 0
  lostFrames = 0

  constructor(hello: Hello) {
    this.hello = hello
    this.size = KEPT_S * hello.fsHz
    this.rings = hello.leads.map(() => new Int16Array(this.size).fill(MISSING))
  }

  /** Take a frame; an older or doubled one is left out, missing ones leave a hole of their length. */
  take(frame: Frame): void {
    this.width = frame.samples[0]?.length ?? this.width
    if (this.nextSeq !== null) {
      const lost = frame.seq - this.nextSeq
      if (lost < 0) return
      if (lost > 0) {
        this.lostFrames += lost
        this.advance(Math.min(lost * this.width, this.size), null)
      }
    }
    this.nextSeq = frame.seq + 1
    this.advance(this.width, frame.samples)
  }

  private advance(count: number, samples: Int16Array[] | null): void {
    this.rings.forEach((ring, lead) => {
      for (let at = 0; at < count; at++) ring[(this.total + at) % this.size] = samples?.[lead]?.[at] ?? MISSING
    })
    this.total += count
  }

  get seconds(): number {
    return this.total / this.hello.fsHz
  }

  /** The last `seconds` of each lead. */
  last(seconds: number): Int16Array[] {
    const count = Math.min(Math.round(seconds * this.hello.fsHz), this.total, this.size)
    return this.rings.map((ring) =>
      Int16Array.from({ length: count }, (_, at) => ring[(this.total - count + at) % this.size] ?? MISSING),
    )
  }

  traces(seconds: number): Traces {
    const uv = this.last(seconds).map((row) =>
      Float64Array.from(row, (sample) => (sample === MISSING ? NaN : sample * this.hello.uvPerLsb)),
    )
    return { fsHz: this.hello.fsHz, names: this.hello.leads, uv }
  }

  /** The last ten seconds as what is written down; `nowMs` is the instant of the last sample. */
  cut(nowMs: number): Recorded {
    const samples = this.last(CUT_S)
    return {
      fsHz: this.hello.fsHz,
      names: this.hello.leads,
      uvPerLsb: this.hello.uvPerLsb,
      samples,
      startedAtMs: nowMs - ((samples[0]?.length ?? 0) * 1000) / this.hello.fsHz,
    }
  }
}
