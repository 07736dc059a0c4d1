// Draws the last seconds of every lead on paper of 25 mm/s and 10 mm/mV; holes stay holes, lamps stand beside the names.
import type { Capture } from './capture.ts'
import type { Verdict } from './judge.ts'

const PX_PER_MM = 3.2
const MISSING = -32768
const lamp: Readonly<Record<string, string>> = { A: '#137a3f', B: '#137a3f', C: '#a65b00', D: '#c4211b' }

function paper(context: CanvasRenderingContext2D, width: number, height: number): void {
  context.fillStyle = '#fff7f5'
  context.fillRect(0, 0, width, height)
  for (const [mm, colour] of [
    [1, '#f5c6c6'],
    [5, '#e59a9a'],
  ] as const) {
    context.strokeStyle = colour
    context.lineWidth = mm === 5 ? 0.8 : 0.4
    context.beginPath()
    for (let x = 0; x <= width; x += mm * PX_PER_MM) {
      context.moveTo(x, 0)
      context.lineTo(x, height)
    }
    for (let y = 0; y <= height; y += mm * PX_PER_MM) {
      context.moveTo(0, y)
      context.lineTo(width, y)
    }
    context.stroke()
  }
}

interface Place {
  left: number
  width: number
  middle: number
}

function trace(
  context: CanvasRenderingContext2D,
  row: Int16Array,
  place: Place,
  pxPerSample: number,
  pxPerLsb: number,
): void {
  let level = 0
  let known = 0
  for (const sample of row) {
    if (sample === MISSING) continue
    level += sample
    known += 1
  }
  level = known > 0 ? level / known : 0
  context.beginPath()
  let pen = false
  for (let at = 0; at < row.length; at++) {
    const sample = row[at] ?? MISSING
    const x = place.left + place.width - (row.length - at) * pxPerSample
    if (sample === MISSING) pen = false
    else {
      const y = place.middle - (sample - level) * pxPerLsb
      if (pen) context.lineTo(x, y)
      else context.moveTo(x, y)
      pen = true
    }
  }
  context.stroke()
}

/** Two columns of leads where there is room, one on a narrow screen. */
export function drawLive(canvas: HTMLCanvasElement, capture: Capture, verdict: Verdict | null): void {
  const ratio = Math.min(2, globalThis.devicePixelRatio || 1)
  const width = canvas.clientWidth
  const height = canvas.clientHeight
  if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
    canvas.width = Math.round(width * ratio)
    canvas.height = Math.round(height * ratio)
  }
  const context = canvas.getContext('2d')
  if (!context || width === 0) return
  context.setTransform(ratio, 0, 0, ratio, 0, 0)
  paper(context, width, height)
  const columns = width >= 700 && capture.hello.leads.length > 6 ? 2 : 1
  const perColumn = Math.ceil(capture.hello.leads.length / columns)
  const pxPerSample = (25 * PX_PER_MM) / capture.hello.fsHz
  const pxPerLsb = (capture.hello.uvPerLsb / 1000) * Math.min(10 * PX_PER_MM, (0.45 * height) / perColumn / 0.9)
  const rows = capture.last(width / columns / (25 * PX_PER_MM))
  context.font = '600 13px sans-serif'
  capture.hello.leads.forEach((name, lead) => {
    const column = Math.floor(lead / perColumn)
    const place = {
      left: (column * width) / columns,
      width: width / columns - 8,
      middle: (((lead % perColumn) + 0.6) * height) / perColumn,
    }
    context.save()
    context.beginPath()
    context.rect(place.left, 0, place.width, height)
    context.clip()
    context.strokeStyle = '#101010'
    context.lineWidth = 1.1
    trace(context, rows[lead] ?? new Int16Array(), place, pxPerSample, pxPerLsb)
    context.restore()
    const top = ((lead % perColumn) * height) / perColumn + 15
    context.fillStyle = lamp[verdict?.leads[name]?.grade ?? ''] ?? '#4b5563'
    context.fillText(`\u25cf ${name} ${verdict?.leads[name]?.grade ?? ''}`, place.left + 6, top)
  })
}
