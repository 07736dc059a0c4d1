// Where the points of a trend stand in a drawing of given size.
export interface TrendPlace {
  x: number
  y: number
  value: number
  at: string
}

export interface TrendDrawing {
  places: TrendPlace[]
  band: { top: number; height: number } | null
}

/** Place values evenly by time; the usual range is always in sight. */
export function drawingOf(
  points: readonly { at: string; value: number | null }[],
  range: { low: number | null; high: number | null },
  size: { width: number; height: number; pad: number },
): TrendDrawing {
  const known = points.flatMap((one) => (one.value === null ? [] : [{ at: one.at, value: one.value }]))
  if (known.length === 0) return { places: [], band: null }
  const values = [...known.map((one) => one.value), ...[range.low, range.high].filter((one) => one !== null)]
  const [low, high] = [Math.min(...values), Math.max(...values)]
  const times = known.map((one) => Date.parse(one.at))
  const [first, last] = [Math.min(...times), Math.max(...times)]
  const { width, height, pad } = size
  const y = (value: number) => (high === low ? height / 2 : pad + ((high - value) / (high - low)) * (height - 2 * pad))
  const x = (time: number) => (last === first ? width / 2 : pad + ((time - first) / (last - first)) * (width - 2 * pad))
  const places = known.map((one, index) => ({ ...one, x: x(times[index] ?? first), y: y(one.value) }))
  const top = range.high === null ? 0 : y(range.high)
  const bottom = range.low === null ? height : y(range.low)
  return { places, band: range.low === null && range.high === null ? null : { top, height: bottom - top } }
}
