// Where the parts of a report's chart stand, in CSS pixels; pure, so that it is tested without a browser.

export interface ChartSeries {
  name: string
  values: readonly (number | null)[]
}

export interface ChartData {
  categories: readonly string[]
  series: readonly ChartSeries[]
  unit: string
  decimals: number
}

export interface Mark {
  kind: 'rect' | 'text' | 'path' | 'line'
  x: number
  y: number
  width?: number
  height?: number
  text?: string
  path?: string
  fill?: string
  stroke?: string
  opacity?: number
  anchor?: 'start' | 'middle' | 'end'
  title?: string
}

export interface Drawing {
  width: number
  height: number
  marks: Mark[]
}

export const colours = ['#0b63c4', '#a65b00', '#137a3f', '#6d28d9', '#c4211b', '#0e7490', '#4a5568', '#7a1a00'] as const
export const mostCategories = 40
const rowPx = 22
const letterPx = 12

/** The colour of a series: `--chart-0` to `--chart-7` where the theme sets them. */
export const colourOf = (place: number): string => {
  const at = place % colours.length
  return `var(--chart-${at}, ${colours[at] ?? colours[0]})`
}

export function written(value: number | null, data: ChartData): string {
  if (value === null) return '\u2014'
  const digits = { minimumFractionDigits: data.decimals, maximumFractionDigits: data.decimals }
  return `${value.toLocaleString('en-US', digits)}${data.unit}`
}

/** A round number at or above `most`, and the step between the lines of the scale. */
export function scale(most: number): { top: number; step: number } {
  if (!(most > 0)) return { top: 1, step: 0.5 }
  const power = 10 ** Math.floor(Math.log10(most / 4))
  const step = ([1, 2, 2.5, 5, 10].find((one) => one * power * 4 >= most) ?? 10) * power
  return { top: Math.ceil(most / step - 1e-9) * step, step }
}

export function cut(text: string, widthPx: number): string {
  const letters = Math.max(2, Math.floor(widthPx / letterPx))
  let wide = 0
  for (let place = 0; place < text.length; place += 1) {
    wide += text.charCodeAt(place) > 0x2e7f ? 1 : 0.58
    if (wide > letters) return `${text.slice(0, Math.max(1, place - 1))}\u2026`
  }
  return text
}

const known = (data: ChartData): number[] =>
  data.series.flatMap((one) => one.values.filter((value): value is number => value !== null))
const mostOf = (data: ChartData): number => Math.max(0, ...known(data))
const told = (data: ChartData, category: number, series: number): string => {
  const one = data.series[series]
  const name = data.series.length > 1 ? ` ${one?.name ?? ''}` : ''
  return `${data.categories[category] ?? ''}${name}: ${written(one?.values[category] ?? null, data)}`
}

/** Bars that lie, one group of them for each category; the label stands left, the figure right of the bar. */
export function bars(data: ChartData, width: number): Drawing {
  const label = Math.min(180, Math.max(72, width * 0.3))
  const field = Math.max(40, width - label - 84)
  const most = mostOf(data) || 1
  const thick = data.series.length > 1 ? 14 : 16
  const group = Math.max(rowPx, data.series.length * thick + 6)
  const marks: Mark[] = []
  data.categories.forEach((name, category) => {
    const top = category * group
    marks.push({
      kind: 'text',
      x: label - 8,
      y: top + group / 2 + 4,
      text: cut(name, label - 12),
      anchor: 'end',
      title: name,
    })
    data.series.forEach((series, place) => {
      const value = series.values[category] ?? null
      const y = top + 3 + place * thick
      const long = value === null ? 0 : Math.max(1, (field * value) / most)
      const title = told(data, category, place)
      marks.push({ kind: 'rect', x: label, y, width: long, height: thick - 2, fill: colourOf(place), title })
      marks.push({ kind: 'text', x: label + long + 6, y: y + thick - 4, text: written(value, data), anchor: 'start' })
    })
  })
  return { width, height: data.categories.length * group + 4, marks }
}

const left = 52
const bottom = 26
const plotPx = 220

function frame(
  data: ChartData,
  width: number,
): { marks: Mark[]; top: number; slot: number; y: (value: number) => number } {
  const { top, step } = scale(mostOf(data))
  const y = (value: number) => 8 + plotPx - (plotPx * value) / top
  const marks: Mark[] = []
  for (let value = 0; value <= top + step / 2; value += step) {
    marks.push({ kind: 'line', x: left, y: y(value), width: width - left })
    const text = `${Number(value.toFixed(4)).toLocaleString('en-US')}${data.unit}`
    marks.push({ kind: 'text', x: left - 6, y: y(value) + 4, text, anchor: 'end' })
  }
  const slot = (width - left) / Math.max(1, data.categories.length)
  const every = Math.max(1, Math.ceil(84 / slot))
  data.categories.forEach((name, category) => {
    if (category % every > 0) return
    const x = left + slot * (category + 0.5)
    marks.push({ kind: 'text', x, y: plotPx + 24, text: cut(name, slot * every), anchor: 'middle', title: name })
  })
  return { marks, top, slot, y }
}

/** Bars that stand. */
export function columns(data: ChartData, width: number): Drawing {
  const { marks, slot, y } = frame(data, width)
  const many = Math.max(1, data.series.length)
  const thick = Math.max(1, (slot * 0.8) / many)
  data.series.forEach((series, place) => {
    series.values.forEach((value, category) => {
      const x = left + slot * (category + 0.1) + thick * place
      const title = told(data, category, place)
      if (value === null) {
        if (thick >= letterPx)
          marks.push({
            kind: 'text',
            x: x + thick / 2,
            y: y(0) - 4,
            text: written(value, data),
            anchor: 'middle',
            title,
          })
        return
      }
      const height = Math.max(1, y(0) - y(value))
      const width = Math.max(1, thick - 1)
      marks.push({ kind: 'rect', x, y: y(0) - height, width, height, fill: colourOf(place), title })
    })
  })
  return { width, height: plotPx + bottom + 8, marks }
}

/** Curves over the categories; what is not known is a gap, never a zero. */
export function lines(data: ChartData, width: number, filled: boolean): Drawing {
  const { marks, slot, y } = frame(data, width)
  data.series.forEach((series, place) => {
    let path = ''
    let open = false
    let area = ''
    let begun = 0
    const closeArea = (end: number) => {
      if (filled && open) area += `L${end} ${y(0)}L${begun} ${y(0)}Z`
    }
    let last = 0
    series.values.forEach((value, category) => {
      const x = Number((left + slot * (category + 0.5)).toFixed(1))
      if (value === null) {
        closeArea(last)
        open = false
        return
      }
      const point = `${x} ${y(value).toFixed(1)}`
      path += `${open ? 'L' : 'M'}${point}`
      area += `${open ? 'L' : 'M'}${point}`
      if (!open) begun = x
      open = true
      last = x
      marks.push({
        kind: 'rect',
        x: x - 3,
        y: y(value) - 3,
        width: 6,
        height: 6,
        fill: colourOf(place),
        title: told(data, category, place),
      })
    })
    closeArea(last)
    if (filled) marks.push({ kind: 'path', x: 0, y: 0, path: area, fill: colourOf(place), opacity: 0.18 })
    marks.push({ kind: 'path', x: 0, y: 0, path, stroke: colourOf(place), fill: 'none' })
  })
  return { width, height: plotPx + bottom + 8, marks }
}

/** Shares of the first series as a cake, its slices named beside it. */
export function pie(data: ChartData, width: number): Drawing {
  const given = data.series[0]?.values ?? []
  const values = given.map((value) => Math.max(0, value ?? 0))
  const sum = values.reduce((one, other) => one + other, 0)
  const radius = Math.min(100, width / 4)
  const centre = radius + 4
  const marks: Mark[] = []
  let turn = 0
  values.forEach((value, place) => {
    const share = sum > 0 ? value / sum : 0
    const [from, to] = [turn, turn + share]
    turn = to
    const percent = (given[place] ?? null) === null ? written(null, data) : `${(100 * share).toFixed(1)}%`
    const title = `${told(data, place, 0)} (${percent})`
    marks.push({ kind: 'path', x: 0, y: 0, path: slice(centre, radius, from, to), fill: colourOf(place), title })
    const y = 14 + place * rowPx
    marks.push({ kind: 'rect', x: 2 * centre + 16, y: y - 10, width: 11, height: 11, fill: colourOf(place) })
    const name = cut(data.categories[place] ?? '', width - 2 * centre - 40 - 0.58 * letterPx * (percent.length + 2))
    marks.push({
      kind: 'text',
      x: 2 * centre + 34,
      y,
      text: `${name}  ${percent}`,
      anchor: 'start',
      title,
    })
  })
  return { width, height: Math.max(2 * centre, values.length * rowPx + 8), marks }
}

function slice(centre: number, radius: number, from: number, to: number): string {
  if (to - from >= 0.9999) {
    const [top, low] = [centre - radius, centre + radius]
    return `M${centre} ${top}A${radius} ${radius} 0 1 1 ${centre} ${low}A${radius} ${radius} 0 1 1 ${centre} ${top}Z`
  }
  const point = (turn: number) => {
    const angle = 2 * Math.PI * turn - Math.PI / 2
    return `${(centre + radius * Math.cos(angle)).toFixed(2)} ${(centre + radius * Math.sin(angle)).toFixed(2)}`
  }
  const large = to - from > 0.5 ? 1 : 0
  return `M${centre} ${centre}L${point(from)}A${radius} ${radius} 0 ${large} 1 ${point(to)}Z`
}

/** Categories against series as tinted cells with their figures. */
export function heat(data: ChartData, width: number): Drawing {
  const label = Math.min(140, Math.max(56, width * 0.22))
  const cell = (width - label) / Math.max(1, data.series.length)
  const most = mostOf(data) || 1
  const marks: Mark[] = []
  data.series.forEach((series, place) => {
    const x = label + cell * (place + 0.5)
    marks.push({ kind: 'text', x, y: 14, text: cut(series.name, cell), anchor: 'middle', title: series.name })
  })
  data.categories.forEach((name, category) => {
    const y = 20 + category * rowPx
    marks.push({ kind: 'text', x: label - 6, y: y + 15, text: cut(name, label - 8), anchor: 'end', title: name })
    data.series.forEach((series, place) => {
      const value = series.values[category] ?? null
      const share = value === null ? 0 : value / most
      const x = label + cell * place
      const title = told(data, category, place)
      const tint = share === 0 ? 0.03 : 0.08 + 0.5 * share
      marks.push({
        kind: 'rect',
        x: x + 1,
        y: y + 1,
        width: cell - 2,
        height: rowPx - 2,
        fill: colourOf(0),
        opacity: tint,
        title,
      })
      if (cell > 30)
        marks.push({
          kind: 'text',
          x: x + cell / 2,
          y: y + 15,
          text: written(value, { ...data, unit: '' }),
          anchor: 'middle',
        })
    })
  })
  return { width, height: 24 + data.categories.length * rowPx, marks }
}

/** The drawing of a kind of chart; of more than forty categories the first forty, except where time runs on. */
export function drawingOf(kind: string, data: ChartData, width: number): Drawing | null {
  if (data.categories.length === 0 || data.series.length === 0) return null
  const runs = kind === 'line' || kind === 'area'
  const shown = runs ? data : firstOf(data, mostCategories)
  switch (kind) {
    case 'bar':
      return bars(shown, width)
    case 'column':
      return columns(shown, width)
    case 'line':
    case 'area':
      return lines(shown, width, kind === 'area')
    case 'pie':
      return pie(firstOf(data, 12), width)
    case 'heat':
      return heat(shown, width)
    default:
      return null
  }
}

function firstOf(data: ChartData, many: number): ChartData {
  if (data.categories.length <= many) return data
  const series = data.series.map((one) => ({ ...one, values: one.values.slice(0, many) }))
  return { ...data, categories: data.categories.slice(0, many), series }
}
