import { describe, expect, it } from 'vitest'
import { decodeTile, levelFor, TileError, traceOf } from './decode.ts'
import fixture from './fixtures/tiles.json'
import { MISSING } from './model.ts'

const bytesOf = (base64: string) => Uint8Array.from(atob(base64), (sign) => sign.charCodeAt(0)).buffer

describe('tiles written by the server', () => {
  it.each(fixture.cases.map((each) => [`level ${each.level}, packed ${each.packed}`, each] as const))(
    '%s',
    (_, each) => {
      const signal = decodeTile(bytesOf(each.base64))
      expect(signal.fsHz).toBe(each.fs_hz)
      expect(signal.level).toBe(each.level)
      expect(signal.firstSample).toBe(each.first_sample)
      expect(signal.leads.map((lead) => lead.name)).toEqual(each.names)
      expect(signal.leads.map((lead) => lead.uvPerLsb)).toEqual(each.uv_per_lsb)
      const values = signal.leads.map((lead) => (each.level === 0 ? [...lead.low] : [...lead.low, ...lead.high]))
      expect(values).toEqual(each.values)
    },
  )

  it('refuses bytes that are cut off, foreign, or packed in an unknown way', () => {
    const good = bytesOf(fixture.cases[1]?.base64 ?? '')
    expect(() => decodeTile(good.slice(0, 12))).toThrow(TileError)
    expect(() => decodeTile(good.slice(0, -1))).toThrow(TileError)
    const change = (at: number, value: number) => {
      const copy = good.slice(0)
      new Uint8Array(copy)[at] = value
      return () => decodeTile(copy)
    }
    expect(change(0, 0x58)).toThrow(TileError)
    expect(change(4, 2)).toThrow(TileError)
    expect(change(7, 2)).toThrow(TileError)
    expect(change(20 + 12, 3)).toThrow(TileError)
    expect(change(20 + 13, 1)).toThrow(TileError)
    expect(change(20 + 2 * 16 + 13, 5)).toThrow(TileError)
  })
})

it('turns samples into µV and gaps into NaN', () => {
  const low = Int16Array.of(0, 4, MISSING, -4)
  const lead = { name: 'II', uvPerLsb: 2.5, low, high: low }
  const trace = traceOf({ fsHz: 500, level: 0, firstSample: 1000, length: 4, leads: [lead] }, lead)
  expect([...trace.low]).toEqual([0, 10, NaN, -10])
  expect(trace.high).toBe(trace.low)
  expect([trace.valuesPerS, trace.firstS]).toEqual([500, 2])
  const pair = { ...lead, high: Int16Array.of(8, 8, MISSING, 8) }
  const coarse = traceOf({ fsHz: 500, level: 1, firstSample: 0, length: 4, leads: [pair] }, pair)
  expect([...coarse.high]).toEqual([20, 20, NaN, 20])
  expect(coarse.valuesPerS).toBe(62.5)
})

it('asks for the level that leaves at most eight values per column', () => {
  expect(levelFor(500, 94.5)).toBe(0)
  expect(levelFor(500, 62.5)).toBe(0)
  expect(levelFor(500, 62)).toBe(1)
  expect(levelFor(250, 250 / 65)).toBe(2)
})
