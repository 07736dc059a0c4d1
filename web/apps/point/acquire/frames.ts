// Frames of a device on the wire, as docs/algorithms/ecg-live.md lays them out: 36 bytes, then lead after lead.
const HEADER = 36
const MOST_LEADS = 18
const MOST_SAMPLES = 200

export interface Hello {
  leads: string[]
  fsHz: number
  uvPerLsb: number
  device: string
}

export interface Frame {
  seq: number
  clockMs: number
  samples: Int16Array[]
}

/** What the device says first, or null for anything that is no such greeting. */
export function helloOf(text: string): Hello | null {
  let said: unknown
  try {
    said = JSON.parse(text)
  } catch {
    return null
  }
  if (typeof said !== 'object' || said === null) return null
  const { leads, fs_hz, uv_per_lsb, device } = said as Record<string, unknown>
  const named =
    Array.isArray(leads) &&
    leads.length > 0 &&
    leads.length <= MOST_LEADS &&
    leads.every((one) => typeof one === 'string' && one.length < 12)
  if (!named || (fs_hz !== 250 && fs_hz !== 500 && fs_hz !== 1000)) return null
  if (typeof uv_per_lsb !== 'number' || !(uv_per_lsb > 0) || uv_per_lsb > 100) return null
  return {
    leads: leads as string[],
    fsHz: fs_hz,
    uvPerLsb: uv_per_lsb,
    device: typeof device === 'string' ? device.slice(0, 60) : '',
  }
}

/** One frame, or null for bytes that are none; `leads` is how many the greeting named. */
export function frameOf(buffer: ArrayBuffer, leads: number): Frame | null {
  if (buffer.byteLength < HEADER) return null
  const view = new DataView(buffer)
  const count = view.getUint16(32, true)
  if (view.getUint8(0) !== 0x54 || view.getUint8(1) !== 0x4c || view.getUint8(2) !== 1 || view.getUint8(3) !== leads)
    return null
  if (count < 1 || count > MOST_SAMPLES || buffer.byteLength !== HEADER + 2 * leads * count) return null
  const samples = Array.from({ length: leads }, (_, lead) => {
    const row = new Int16Array(count)
    for (let at = 0; at < count; at++) row[at] = view.getInt16(HEADER + 2 * (lead * count + at), true)
    return row
  })
  return { seq: view.getUint32(20, true), clockMs: Number(view.getBigInt64(24, true)), samples }
}
