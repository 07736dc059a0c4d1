import { expect, test } from 'vitest'
import {
  clusterCounts,
  classCounts,
  codeOf,
  decodeBeats,
  letterOf,
  nearestBeat,
  placesOf,
  rrBefore,
  type HolterBeats,
} from './beats.ts'
import { paintDisclosure } from './disclosureDraw.ts'
import { afterEdit } from './edits.ts'
import { findBeats } from './find.ts'
import { beatsInside, paintLorenz, rrPairs, simplified } from './lorenz.ts'
import { SignalStore } from './signalStore.ts'

/** 100 Hz; RR 0.8 s, the fourth beat early and of template 1, then a pause of 3 s. */
function beats(): HolterBeats {
  const samples = Int32Array.from([80, 160, 240, 290, 400, 700, 780, 860, 940, 1020])
  const letters = 'NNNVNNNNNN'
  return {
    fsHz: 100,
    edits: 3,
    samples,
    templates: Uint16Array.from([0, 0, 0, 1, 0, 0, 0, 0, 0, 2]),
    classes: Uint8Array.from(letters, codeOf),
    unreadable: new Uint8Array(samples.length),
  }
}

const lettersOf = (list: HolterBeats) => [...list.classes].map(letterOf).join('')

function packed(list: HolterBeats): ArrayBuffer {
  const count = list.samples.length
  const out = new ArrayBuffer(16 + 8 * count)
  const view = new DataView(out)
  new Uint8Array(out).set([84, 77, 72, 66])
  view.setUint32(4, count, true)
  view.setUint32(8, list.edits, true)
  view.setFloat32(12, list.fsHz, true)
  new Int32Array(out, 16, count).set(list.samples)
  new Uint16Array(out, 16 + 4 * count, count).set(list.templates)
  new Uint8Array(out, 16 + 6 * count, count).set(list.classes)
  new Uint8Array(out, 16 + 7 * count, count).set(list.unreadable)
  return out
}

test('a beat list comes back as it was packed; anything else is refused', () => {
  expect(decodeBeats(packed(beats()))).toEqual(beats())
  expect(() => decodeBeats(packed(beats()).slice(0, 40))).toThrow('wrong length')
  expect(() => decodeBeats(new ArrayBuffer(64))).toThrow('not a beat list')
})

test('the nearest beat, intervals and places by sample', () => {
  const list = beats()
  expect([nearestBeat(list, 0), nearestBeat(list, 2.6), nearestBeat(list, 99)]).toEqual([0, 2, 9])
  expect(rrBefore(list, 3)).toBe(500)
  expect(rrBefore(list, 0)).toBeNaN()
  expect([...placesOf(list, [290, 291, 1020])]).toEqual([3, 9])
})

test('templates and classes are counted', () => {
  expect(clusterCounts(beats()).map((one) => [one.number, one.beats, one.label])).toEqual([
    [0, 8, 'N'],
    [1, 1, 'V'],
    [2, 1, 'N'],
  ])
  expect(classCounts(beats())).toEqual({ N: 9, S: 0, V: 1, F: 0, P: 0, Q: 0 })
})

test('edits show what the server will do, and leave the state before as it was', () => {
  const list = beats()
  expect(lettersOf(afterEdit(list, { act: 'relabel', label: 'S', beats: [160, 5] }))).toBe('NSNVNNNNNN')
  expect(lettersOf(afterEdit(list, { act: 'relabel_cluster', label: 'S', clusters: [1, 2] }))).toBe('NNNSNNNNNS')
  const merged = afterEdit(list, { act: 'merge', clusters: [1, 2], label: 'V' })
  expect([[...merged.templates], lettersOf(merged)]).toEqual([[0, 0, 0, 1, 0, 0, 0, 0, 0, 1], 'NNNVNNNNNV'])
  expect([...afterEdit(list, { act: 'split', beats: [80, 160] }).templates].slice(0, 3)).toEqual([3, 3, 0])
  const longer = afterEdit(list, { act: 'insert', label: 'N', beats: [550] })
  expect([longer.samples.length, longer.samples[5], longer.templates[5]]).toEqual([11, 550, 0])
  expect([...afterEdit(list, { act: 'delete', beats: [290] }).samples]).not.toContain(290)
  expect(lettersOf(afterEdit(list, { act: 'artefact', start_s: 1.5, stop_s: 2.5 }))).toBe('NQQVNNNNNN')
  expect(list).toEqual(beats())
})

test('the longest RR, the earliest beat and the slowest rate are found, not across noise', () => {
  const list = beats()
  const wanted = { label: '', fromS: 0, toS: Infinity }
  expect(findBeats(list, { ...wanted, criterion: 'longest_rr' }, 2).map((hit) => hit.value)).toEqual([3000, 1100])
  expect(findBeats(list, { ...wanted, criterion: 'shortest_rr', label: 'V' }, 5).map((hit) => hit.index)).toEqual([3])
  expect(findBeats(list, { ...wanted, criterion: 'slowest' }, 5).map((hit) => Math.round(hit.value))).toEqual([56])
  list.unreadable[5] = 1
  expect(findBeats(list, { ...wanted, criterion: 'longest_rr' }, 1)[0]?.value).toBe(1100)
})

test('a lasso chooses the beats whose point is inside, of one class if wanted', () => {
  const list = beats()
  const pairs = rrPairs(list)
  const around = (x: number, y: number) => [
    { x: x - 50, y: y - 50 },
    { x: x + 50, y: y - 50 },
    { x: x + 50, y: y + 50 },
    { x: x - 50, y: y + 50 },
  ]
  expect([...beatsInside(list, pairs, around(500, 1100))]).toEqual([3])
  expect([...beatsInside(list, pairs, around(500, 1100), 'N')]).toEqual([])
  expect([...beatsInside(list, pairs, around(800, 800))]).toEqual([1, 6, 7, 8])
  expect(simplified(Array.from({ length: 600 }, (_one, at) => ({ x: at, y: at }))).length).toBeLessThanOrEqual(60)
})

test('a day of beats is painted into the Lorenz picture where they belong', () => {
  const list = beats()
  const pixels = new Uint8ClampedArray(4 * 180 * 180)
  paintLorenz(pixels, 180, list, rrPairs(list))
  const at = (x: number, y: number) => pixels[4 * ((179 - y) * 180 + x) + 3] ?? 0
  expect(at(60, 60)).toBeGreaterThan(0)
  expect(at(30, 90)).toBeGreaterThan(0)
  expect(at(150, 20)).toBe(0)
})

test('full disclosure paints a beat in the colour of its class in its row', () => {
  const low = new Int16Array(3600).fill(0)
  const high = new Int16Array(3600).fill(0)
  high[37] = 2000
  const tile = { fsHz: 8, level: 1, firstSample: 0, length: 3600, leads: [{ name: 'II', uvPerLsb: 1, low, high }] }
  const list = { ...beats(), fsHz: 10, samples: Int32Array.from([370]), classes: Uint8Array.from([codeOf('V')]) }
  const pixels = new Uint32Array(600 * 120)
  const view = { startS: 0, rowS: 60, rows: 2, gainPxPerMv: 15 }
  paintDisclosure(pixels, 600, 120, view, [tile], list, new Set())
  const column = Array.from({ length: 120 }, (_one, y) => pixels[y * 600 + 372])
  expect(column).toContain(0xff1b21c4)
  expect(column.slice(60)).not.toContain(0xff1b21c4)
})

test('each piece of the signal is asked once', async () => {
  const asked: number[] = []
  const tile = new ArrayBuffer(20 + 16)
  const view = new DataView(tile)
  new Uint8Array(tile).set([84, 77, 69, 83, 1, 1, 0, 0])
  view.setFloat32(8, 100, true)
  const store = new SignalStore(async (startS) => {
    asked.push(startS)
    return tile
  }, 600)
  await Promise.all([store.wantSamples(50, 70), store.wantSamples(55, 65)])
  expect(asked).toEqual([0, 60])
  expect(await store.wantSamples(50, 70)).toBe(false)
  expect(store.samples(50, 130).map((one) => one !== null)).toEqual([true, true, false])
})
