// Read a signal tile (docs/algorithms/ecg-tiles.md) and turn its leads into µV for drawing.
import { type EcgSignal, type LeadSamples, MISSING, type Trace } from './model.ts'

const HEADER_BYTES = 20
const LEAD_BYTES = 16
const LEADS_LIMIT = 200
const MAGIC = 0x53454d54

export class TileError extends Error {}

/** Read one tile; throws TileError for bytes that are not one. */
export function decodeTile(buffer: ArrayBuffer): EcgSignal {
  if (buffer.byteLength < HEADER_BYTES) throw new TileError('tile cut off')
  const view = new DataView(buffer)
  const leadCount = view.getUint8(5)
  const level = view.getUint8(6)
  const length = view.getUint32(12, true)
  const perLead = level === 0 ? length : 2 * length
  const body = HEADER_BYTES + leadCount * LEAD_BYTES
  if (view.getUint32(0, true) !== MAGIC || view.getUint8(4) !== 1 || view.getUint8(7) > 1 || leadCount > LEADS_LIMIT) {
    throw new TileError('not a signal tile of version 1')
  }
  if (buffer.byteLength !== body + leadCount * perLead * 2) throw new TileError('tile of wrong length')
  const planes = new Map<string, Int16Array>()
  const leads: LeadSamples[] = []
  for (let index = 0; index < leadCount; index++) {
    const entry = new DataView(buffer, HEADER_BYTES + index * LEAD_BYTES, LEAD_BYTES)
    const bytes = new Uint8Array(buffer, body + index * perLead * 2, perLead * 2)
    const values = view.getUint8(7) === 1 ? unpack(bytes, entry, planes) : plain(bytes)
    const name = nameOf(entry)
    planes.set(name, values)
    const low = level === 0 ? values : values.subarray(0, length)
    leads.push({ name, uvPerLsb: entry.getFloat32(8, true), low, high: level === 0 ? values : values.subarray(length) })
  }
  return { fsHz: view.getFloat32(8, true), level, firstSample: view.getUint32(16, true), length, leads }
}

function nameOf(entry: DataView): string {
  let name = ''
  for (let at = 0; at < 8 && entry.getUint8(at) !== 0; at++) name += String.fromCharCode(entry.getUint8(at))
  return name
}

function plain(bytes: Uint8Array): Int16Array {
  const values = new Int16Array(bytes.length / 2)
  for (let i = 0; i < values.length; i++) values[i] = (bytes[2 * i] ?? 0) | ((bytes[2 * i + 1] ?? 0) << 8)
  return values
}

/** Undo byte planes, zigzag, differences and prediction; Int16Array wraps as the writer's arithmetic does. */
function unpack(bytes: Uint8Array, entry: DataView, before: Map<string, Int16Array>): Int16Array {
  const order = entry.getUint8(12)
  const n = bytes.length / 2
  const values = new Int16Array(n)
  for (let i = 0; i < n; i++) {
    const zigzag = (bytes[i] ?? 0) | ((bytes[n + i] ?? 0) << 8)
    values[i] = (zigzag >>> 1) ^ -(zigzag & 1)
  }
  if (order > 2) throw new TileError('packing unknown')
  for (let pass = 0; pass < order; pass++) {
    for (let i = 1; i < n; i++) values[i] = (values[i] ?? 0) + (values[i - 1] ?? 0)
  }
  addPrediction(values, entry.getUint8(13), before)
  return values
}

function addPrediction(values: Int16Array, prediction: number, before: Map<string, Int16Array>): void {
  if (prediction === 0) return
  const one = before.get('I')
  const two = before.get('II')
  if (!one || !two || prediction > 4) throw new TileError('packing unknown')
  for (let i = 0; i < values.length; i++) {
    values[i] = (values[i] ?? 0) + foretold(one[i] ?? 0, two[i] ?? 0, prediction)
  }
}

/** Einthoven's and Goldberger's sums, rounded as the writer rounds. */
function foretold(one: number, two: number, prediction: number): number {
  if (prediction === 1) return two - one
  if (prediction === 2) return -((one + two) >> 1)
  if (prediction === 3) return (2 * one - two) >> 1
  return (2 * two - one) >> 1
}

/** Turn one lead into µV; missing samples become NaN. */
export function traceOf(signal: EcgSignal, lead: LeadSamples): Trace {
  const low = toUv(lead.low, lead.uvPerLsb)
  const high = lead.high === lead.low ? low : toUv(lead.high, lead.uvPerLsb)
  const step = 8 ** signal.level
  return { lead: lead.name, low, high, valuesPerS: signal.fsHz / step, firstS: signal.firstSample / signal.fsHz }
}

function toUv(samples: Int16Array, uvPerLsb: number): Float32Array {
  const out = new Float32Array(samples.length)
  for (let i = 0; i < samples.length; i++) {
    const sample = samples[i] ?? MISSING
    out[i] = sample === MISSING ? NaN : sample * uvPerLsb
  }
  return out
}

/** The level of the pyramid that gives at most two values per device pixel column. */
export function levelFor(fsHz: number, devicePxPerS: number): number {
  let level = 0
  let valuesPerPx = fsHz / devicePxPerS
  while (valuesPerPx > 8) {
    valuesPerPx /= 8
    level++
  }
  return level
}
