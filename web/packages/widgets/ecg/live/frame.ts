// One frame of a live ECG as the server sends it (docs/algorithms/ecg-live.md).
export const HEADER_BYTES = 36
const MAGIC = 0x4c54 // "TL", little endian
const VERSION = 1

export interface LiveFrame {
  session: string
  /** Place of the frame on the session's time line. */
  index: number
  /** Server's time of the first sample, milliseconds since the epoch. */
  atMs: number
  leads: number
  count: number
  /** Lead after lead, `count` each; −32768 was not received. */
  samples: Int16Array
}

function sessionAt(view: DataView, at: number): string {
  let hex = ''
  for (let i = 0; i < 16; i += 1)
    hex += view
      .getUint8(at + i)
      .toString(16)
      .padStart(2, '0')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

/** Read the frames of one message; RangeError where it holds anything else. */
export function readFrames(buffer: ArrayBuffer): LiveFrame[] {
  const view = new DataView(buffer)
  const frames: LiveFrame[] = []
  for (let at = 0; at < buffer.byteLength;) {
    if (buffer.byteLength - at < HEADER_BYTES) throw new RangeError('cut off before the samples')
    if (view.getUint16(at, true) !== MAGIC || view.getUint8(at + 2) !== VERSION) throw new RangeError('no live frame')
    const leads = view.getUint8(at + 3)
    const count = view.getUint16(at + 32, true)
    const size = HEADER_BYTES + leads * count * 2
    if (at + size > buffer.byteLength) throw new RangeError('cut off within the samples')
    const samples = new Int16Array(leads * count)
    for (let i = 0; i < samples.length; i += 1) samples[i] = view.getInt16(at + HEADER_BYTES + 2 * i, true)
    frames.push({
      session: sessionAt(view, at + 4),
      index: view.getUint32(at + 20, true),
      atMs: Number(view.getBigInt64(at + 24, true)),
      leads,
      count,
      samples,
    })
    at += size
  }
  return frames
}
