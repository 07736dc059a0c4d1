// WFDB records of 16-bit samples (PhysioNet header(5), signal(5)): how the station writes down what a device sent.
import type { Traces } from './leads.ts'

const MISSING = -32768

export interface Recorded {
  fsHz: number
  names: readonly string[]
  uvPerLsb: number
  /** Samples of each lead, −32768 where one is missing. */
  samples: readonly Int16Array[]
  startedAtMs: number
}

const two = (value: number) => String(value).padStart(2, '0')

/** Date and time of the county, which is what the header holds. */
function clock(startedAtMs: number): string {
  const local = new Date(startedAtMs + 8 * 3_600_000)
  const time = [local.getUTCHours(), local.getUTCMinutes(), local.getUTCSeconds()].map(two).join(':')
  return `${time} ${two(local.getUTCDate())}/${two(local.getUTCMonth() + 1)}/${local.getUTCFullYear()}`
}

/** Header and signal file; `id` makes the bytes those of this examination and of no other. */
export function writeWfdb(
  recorded: Recorded,
  id: string,
  device: string,
): Array<{ name: string; bytes: Uint8Array<ArrayBuffer> }> {
  const size = Math.min(...recorded.samples.map((row) => row.length))
  const record = `s${id.replaceAll('-', '').slice(-12)}`
  const gain = 1000 / recorded.uvPerLsb
  const lines = recorded.names.map((name, lead) => {
    const row = recorded.samples[lead] ?? new Int16Array(size)
    let sum = 0
    for (let at = 0; at < size; at++) sum = (sum + (row[at] ?? 0)) & 0xffff
    const checksum = (sum << 16) >> 16
    return `${record}.dat 16 ${gain}(0)/mV 16 0 ${row[0] ?? 0} ${checksum} 0 ${name}`
  })
  const head = `${record} ${recorded.names.length} ${recorded.fsHz} ${size} ${clock(recorded.startedAtMs)}`
  const text = [head, ...lines, `# station: ${id}`, `# device: ${device.replace(/\s+/g, ' ')}`, ''].join('\n')
  const body = new DataView(new ArrayBuffer(2 * size * recorded.names.length))
  for (let at = 0; at < size; at++) {
    recorded.samples.forEach((row, lead) => {
      body.setInt16(2 * (at * recorded.names.length + lead), row[at] ?? MISSING, true)
    })
  }
  return [
    { name: `${record}.hea`, bytes: new TextEncoder().encode(text) },
    { name: `${record}.dat`, bytes: new Uint8Array(body.buffer) },
  ]
}

interface Line {
  file: string
  name: string
  uvPerLsb: number
  zero: number
}

function lineOf(text: string): Line | null {
  const [file, format, gain = '200', , zero = '0', , , , ...name] = text.trim().split(/\s+/)
  const parts = /^([\d.eE+-]+)(?:\((-?\d+)\))?(?:\/(\S+))?$/.exec(gain)
  if (!file || format !== '16' || !parts) return null
  const unitUv = parts[3]?.toLowerCase() === 'uv' ? 1 : 1000
  const perUnit = Number(parts[1]) || 200
  return { file, name: name.join(' ') || 'ECG', uvPerLsb: unitUv / perUnit, zero: Number(parts[2] ?? zero) }
}

/** Read a record of 16-bit samples in one signal file; null for anything else, which only the server reads. */
export function readWfdb(files: ReadonlyArray<{ name: string; bytes: Uint8Array<ArrayBuffer> }>): Traces | null {
  const header = files.find((file) => file.name.toLowerCase().endsWith('.hea'))
  if (!header) return null
  const lines = new TextDecoder()
    .decode(header.bytes)
    .split(/\r?\n/)
    .filter((line) => line && !line.startsWith('#'))
  const [, count, rate] = (lines[0] ?? '').split(/\s+/)
  const fsHz = Number((rate ?? '250').split('/')[0])
  const leads = lines.slice(1, 1 + Number(count)).map(lineOf)
  const named = leads[0]?.file
  const body = files.find((file) => file.name === named)
  if (!body || !(fsHz > 0) || leads.length === 0 || leads.some((lead) => lead?.file !== named)) return null
  const view = new DataView(body.bytes.buffer, body.bytes.byteOffset, body.bytes.length)
  const size = Math.floor(body.bytes.length / 2 / leads.length)
  const uv = leads.map((lead, index) =>
    Float64Array.from({ length: size }, (_, at) => {
      const sample = view.getInt16(2 * (at * leads.length + index), true)
      return sample === MISSING ? NaN : (sample - (lead?.zero ?? 0)) * (lead?.uvPerLsb ?? 1)
    }),
  )
  return { fsHz, names: leads.map((lead) => lead?.name ?? ''), uv }
}
