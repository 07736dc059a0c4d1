import { expect, it } from 'vitest'
import type { EcgSignal } from './model.ts'
import { bytesOf, TileCache, tilesFor, type Window } from './tileCache.ts'

const window: Window = { startS: 25, endS: 45, totalS: 86_400, fsHz: 250, devicePxPerS: 80, direction: 1 }
const tile = (samples: number, pairs = false): EcgSignal => {
  const low = new Int16Array(samples)
  const lead = { name: 'II', uvPerLsb: 5, low, high: pairs ? new Int16Array(samples) : low }
  return { fsHz: 250, level: 0, firstSample: 0, length: samples, leads: [lead] }
}

it('asks for the tiles in sight and two ahead', () => {
  expect(tilesFor(window)).toEqual({
    needed: [2, 3, 4].map((index) => ({ level: 0, index })),
    ahead: [5, 6].map((index) => ({ level: 0, index })),
  })
  expect(tilesFor({ ...window, direction: -1 }).ahead.map((key) => key.index)).toEqual([1, 0])
  expect(tilesFor({ ...window, direction: 0 }).ahead).toEqual([])
})

it('takes a coarser level for a whole day and stays inside the recording', () => {
  const day = tilesFor({ ...window, startS: 0, endS: 86_400, devicePxPerS: 1600 / 86_400 })
  expect(day.needed[0]?.level).toBe(4)
  expect(day.needed.length).toBe(3)
  expect(day.ahead).toEqual([])
  expect(tilesFor({ ...window, startS: 90_000, endS: 90_010 }).needed).toEqual([{ level: 0, index: 8639 }])
})

it('puts the least used tile away at the limit', () => {
  const cache = new TileCache(1000)
  cache.set({ level: 0, index: 0 }, tile(200))
  cache.set({ level: 0, index: 1 }, tile(200))
  expect(cache.get({ level: 0, index: 0 })).toBeDefined()
  cache.set({ level: 0, index: 2 }, tile(200))
  expect(cache.get({ level: 0, index: 1 })).toBeUndefined()
  expect(cache.get({ level: 0, index: 0 })).toBeDefined()
  cache.set({ level: 0, index: 0 }, tile(100))
  expect(cache.size).toBe(2)
  cache.set({ level: 1, index: 0 }, tile(5000))
  expect(cache.size).toBe(1)
})

it('counts pairs twice', () => {
  expect([bytesOf(tile(10)), bytesOf(tile(10, true))]).toEqual([20, 40])
})
