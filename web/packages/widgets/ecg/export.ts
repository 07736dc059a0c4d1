// The page as a picture: PNG at print resolution, or SVG in millimetres for the browser's print page.
import { drawFurniture, drawGrid, drawTraces, type TraceOf } from './draw.ts'
import { valueRange } from './columns.ts'
import { type PageLayout, type TraceCell, xOf, yOf } from './layout.ts'
import { TRACE_WIDTH_MM, type PaperColours } from './themes.ts'

export const PRINT_DPI = 300
const FOOT_MM = 6

/** Draw the whole page, footer line included, on an own canvas at `dpi` and return a PNG. */
export async function pagePng(
  page: PageLayout,
  traceOf: TraceOf,
  colours: PaperColours,
  footer: string,
  dpi = PRINT_DPI,
): Promise<Blob> {
  const devicePxPerMm = dpi / 25.4
  const width = Math.ceil(page.widthMm * devicePxPerMm)
  const height = Math.ceil((page.heightMm + FOOT_MM) * devicePxPerMm)
  const canvas = new OffscreenCanvas(width, height)
  const ctx = canvas.getContext('2d', { alpha: false })
  if (!ctx) throw new Error('no canvas')
  const surface = { ctx, devicePxPerMm, originX: 0, originY: 0, width, height, colours }
  drawGrid(surface)
  drawFurniture(surface, page, new Set())
  drawTraces(surface, page, traceOf)
  ctx.font = `${3.2 * devicePxPerMm}px sans-serif`
  ctx.fillStyle = colours.text
  ctx.textBaseline = 'bottom'
  ctx.fillText(footer, 2 * devicePxPerMm, height - devicePxPerMm)
  return canvas.convertToBlob({ type: 'image/png' })
}

/** The page as SVG of its true size; one path per stretch of a lead, broken at gaps. */
export function pageSvg(page: PageLayout, traceOf: TraceOf, colours: PaperColours): string {
  const { widthMm, heightMm } = page
  const paths = page.cells.map((cell) => `<path d="${cellPath(cell, traceOf)}"/>`).join('')
  const pulses = page.pulses
    .map((p) => `<path d="M${p.xMm - 1} ${p.baselineMm}h1v${-p.heightMm}h${p.widthMm}v${p.heightMm}h1"/>`)
    .join('')
  const labels = page.cells
    .map(
      (c) =>
        `<text x="${c.xMm + 1}" y="${c.baselineMm - Math.min(c.heightMm / 2, 12) + 3}">${escapeText(c.label)}</text>`,
    )
    .join('')
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${widthMm}mm" height="${heightMm}mm" viewBox="0 0 ${widthMm} ${heightMm}">` +
    `<rect width="${widthMm}" height="${heightMm}" fill="${colours.paper}"/>` +
    gridPath(widthMm, heightMm, 1, colours.minor, 0.1) +
    gridPath(widthMm, heightMm, 5, colours.major, 0.15) +
    `<g fill="none" stroke="${colours.trace}" stroke-width="${TRACE_WIDTH_MM}" stroke-linejoin="round">${pulses}${paths}</g>` +
    `<g font-family="sans-serif" font-size="3.2" fill="${colours.text}">${labels}</g></svg>`
  )
}

function gridPath(widthMm: number, heightMm: number, stepMm: number, colour: string, lineMm: number): string {
  const upright = Array.from({ length: Math.floor(widthMm / stepMm) + 1 }, (_, i) => `M${i * stepMm} 0V${heightMm}`)
  const level = Array.from({ length: Math.floor(heightMm / stepMm) + 1 }, (_, i) => `M0 ${i * stepMm}H${widthMm}`)
  return `<path d="${[...upright, ...level].join('')}" stroke="${colour}" stroke-width="${lineMm}"/>`
}

function cellPath(cell: TraceCell, traceOf: TraceOf): string {
  const trace = traceOf(cell)
  if (!trace) return ''
  const [from, to] = valueRange(trace, cell.startS, cell.durationS)
  let path = ''
  let open = false
  for (let i = from; i < to; i++) {
    const uv = trace.low[i] ?? NaN
    if (Number.isNaN(uv)) {
      open = false
      continue
    }
    const x = xOf(cell, trace.firstS + i / trace.valuesPerS).toFixed(2)
    path += `${open ? 'L' : 'M'}${x} ${yOf(cell, uv).toFixed(2)}`
    open = true
  }
  return path
}

function escapeText(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;')
}
