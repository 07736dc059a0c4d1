// The judge on the command line, for holding it against the engine: reads JSON lines, writes one verdict for each.
import { createInterface } from 'node:readline'
import { judge } from './judge.ts'

interface Line {
  fs_hz: number
  names: string[]
  /** Little-endian float32 of each lead, base64. */
  uv: string[]
}

function row(text: string): Float64Array {
  const bytes = Buffer.from(text, 'base64')
  return Float64Array.from(new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length)))
}

for await (const text of createInterface({ input: process.stdin })) {
  const line: Line = JSON.parse(text) as Line
  const verdict = judge({ fsHz: line.fs_hz, names: line.names, uv: line.uv.map(row) })
  process.stdout.write(`${JSON.stringify(verdict)}\n`)
}
