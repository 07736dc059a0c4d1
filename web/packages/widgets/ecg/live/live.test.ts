import { describe, expect, it } from 'vitest'
import { MISSING } from '../model.ts'
import { THEMES } from '../themes.ts'
import { drawLead, firstShown, placeOf } from './draw.ts'
import { readFrames } from './frame.ts'
import { LiveTrack } from './track.ts'

const worked = '544c0102' + '0'.repeat(31) + '1' + '07000000' + '0068e5cf8b010000' + '02000000' + '0100feff03000400'

function bytes(hex: string): ArrayBuffer {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16)).buffer
}

const info = { leads: ['I', 'II'], fsHz: 250, samplesPerFrame: 2, uvPerLsb: [2.5, 2.5], beganMs: 1000 }

function frame(index: number, ...samples: number[]) {
  return { session: 's', index, atMs: 0, leads: 2, count: 2, samples: Int16Array.from(samples) }
}

/** A canvas that only counts where the pen is put down. */
function paper() {
  const down: number[] = []
  const nothing = () => undefined
  const pen = {
    save: nothing,
    restore: nothing,
    beginPath: nothing,
    rect: nothing,
    clip: nothing,
    stroke: nothing,
    lineTo: nothing,
    moveTo: (x: number) => down.push(x),
  }
  return { down, ctx: pen as unknown as CanvasRenderingContext2D }
}

describe('frames', () => {
  it('reads the worked example of the manual, also twice in one message', () => {
    const [one, two] = readFrames(bytes(worked + worked))
    expect(one).toEqual(two)
    expect(one?.session).toBe('00000000-0000-0000-0000-000000000001')
    expect([one?.index, one?.atMs, one?.leads, one?.count]).toEqual([7, 1_700_000_000_000, 2, 2])
    expect([...(one?.samples ?? [])]).toEqual([1, -2, 3, 4])
  })

  it('refuses what is cut off or something else', () => {
    expect(() => readFrames(bytes(worked.slice(0, -2)))).toThrow(RangeError)
    expect(() => readFrames(bytes(worked.slice(0, 20)))).toThrow(RangeError)
    expect(() => readFrames(bytes('00' + worked.slice(2)))).toThrow(RangeError)
  })
})

describe('the track', () => {
  it('leaves a hole where a frame is missing, and fills it when it comes late', () => {
    const track = new LiveTrack(info, 1)
    track.put(frame(0, 4, 8, 0, 0))
    track.put(frame(2, 12, 16, 0, 0))
    expect([0, 1, 2, 3, 4, 5].map((sample) => track.at(0, sample))).toEqual([10, 20, null, null, 30, 40])
    track.put(frame(1, 20, 24, 0, 0))
    expect(track.at(0, 2)).toBe(50)
    expect(track.timeMs(250)).toBe(2000)
  })

  it('forgets what is older than it holds, and never shows it as new', () => {
    const track = new LiveTrack(info, 1)
    for (let index = 0; index < 130; index += 1) track.put(frame(index, index, index, 0, 0))
    track.put(frame(200, 1, 1, 1, 1))
    expect([track.start, track.end]).toEqual([152, 402])
    expect(track.at(0, 0)).toBeNull()
    expect(track.at(0, 259)).toBe(129 * 2.5)
    expect(track.at(0, 300)).toBeNull()
    track.put(frame(3, 9, 9, 9, 9))
    expect(track.at(0, 256)).toBe(128 * 2.5)
  })

  it('takes no frame of another shape', () => {
    const track = new LiveTrack(info, 1)
    track.put({ ...frame(0, 1, 1, 1, 1), leads: 1 })
    expect(track.end).toBe(0)
  })

  it('keeps a sample that the device does not know as a hole', () => {
    const track = new LiveTrack(info, 1)
    track.put(frame(0, MISSING, 2, 0, 0))
    expect(track.at(0, 0)).toBeNull()
  })
})

describe('drawing', () => {
  const look = { mode: 'scroll', seconds: 1, pxPerMv: 10, colours: THEMES.dark } as const
  const box = { x: 0, y: 0, width: 250, height: 40 }

  it('puts samples where their time is', () => {
    expect(placeOf(300, 400, 250, 'scroll')).toBeCloseTo(0.6)
    expect(placeOf(300, 400, 250, 'sweep')).toBeCloseTo(0.2)
    expect(firstShown(400, 250, 'scroll')).toBe(150)
    expect(firstShown(400, 250, 'sweep')).toBe(158)
    expect(firstShown(10, 250, 'sweep')).toBe(0)
  })

  it('lifts the pen over a hole and at the edge of a sweep', () => {
    const track = new LiveTrack(info, 2)
    for (const index of [0, 1, 3, 4]) track.put(frame(index, 1, 1, 1, 1))
    const { ctx, down } = paper()
    expect(drawLead(ctx, box, track, 0, 10, look)).toBe(2)
    expect(down).toEqual([240, 246])
    for (let index = 5; index < 200; index += 1) track.put(frame(index, 1, 1, 1, 1))
    expect(drawLead(paper().ctx, box, track, 0, 400, { ...look, mode: 'sweep' })).toBe(2)
  })
})
