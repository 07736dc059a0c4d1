// Pure geometry of the small charts: scales, lines, heat cells.
/** The least round number at or above the largest value: 1, 2 or 5 times a power of ten. */
export function roundTop(most: number): number {
  if (!Number.isFinite(most) || most <= 0) return 1
  const power = 10 ** Math.floor(Math.log10(most))
  return ([1, 2, 5, 10].find((step) => step * power >= most) ?? 10) * power
}

/** A line through values in a box of 24 by 100, top is 0; values that are not known break it. */
export function lineOf(values: readonly (number | null)[], top: number): string {
  let path = ''
  let pen = false
  values.forEach((value, index) => {
    if (value === null) {
      pen = false
      return
    }
    path += `${pen ? 'L' : 'M'}${index} ${(100 - (100 * value) / top).toFixed(1)}`
    pen = true
  })
  return path
}

/** Opacity of a heat cell: nothing is clear, anything is seen. */
export function shadeOf(value: number, most: number): number {
  return most <= 0 || value <= 0 ? 0 : 0.12 + 0.88 * (value / most)
}
