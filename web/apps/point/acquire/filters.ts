// Running means, medians and resampling as the engine does them (engine/signal/filters.py), for judging without a network.

/** The centred running mean over `width` samples, edges held. */
export function boxMean(uv: Float64Array, width: number): Float64Array {
  if (width <= 1) return Float64Array.from(uv)
  const before = Math.floor(width / 2)
  const size = uv.length
  const last = size - 1
  const held = (at: number) => uv[Math.min(last, Math.max(0, at - before - 1))] ?? 0
  const total = new Float64Array(size + width)
  let sum = 0
  for (let at = 0; at < total.length; at++) {
    sum += held(at)
    total[at] = sum
  }
  const mean = new Float64Array(size)
  for (let at = 0; at < size; at++) mean[at] = ((total[at + width] ?? 0) - (total[at] ?? 0)) / width
  return mean
}

/** Two running means whose joint response is −3 dB near `cutoffHz`. */
export function lowPass(uv: Float64Array, fsHz: number, cutoffHz: number): Float64Array {
  const width = Math.max(1, Math.round((0.32 * fsHz) / cutoffHz))
  const first = boxMean(uv, width)
  if (width % 2 === 1) return boxMean(first, width)
  return boxMean(first.reverse(), width).reverse()
}

/** The median of some numbers; 0 of none. */
export function median(values: ArrayLike<number>): number {
  const sorted = Float64Array.from(values).sort()
  const half = sorted.length >> 1
  if (sorted.length === 0) return 0
  return sorted.length % 2 ? (sorted[half] ?? 0) : 0.5 * ((sorted[half - 1] ?? 0) + (sorted[half] ?? 0))
}

/** Largest less smallest value between two places. */
export function range(uv: Float64Array, from = 0, to = uv.length): number {
  let low = Infinity
  let high = -Infinity
  for (let at = Math.max(0, from); at < Math.min(uv.length, to); at++) {
    const value = uv[at] ?? 0
    if (value < low) low = value
    if (value > high) high = value
  }
  return high >= low ? high - low : 0
}

/** The value below which `share` of the samples lie. */
export function percentile(values: Float64Array, share: number): number {
  const sorted = Float64Array.from(values).sort()
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.round(share * (sorted.length - 1))))] ?? 0
}

/** Straight lines between the samples, at another rate. */
export function resampled(uv: Float64Array, fromHz: number, toHz: number): Float64Array {
  if (fromHz === toHz) return uv
  const size = Math.round((uv.length * toHz) / fromHz)
  const out = new Float64Array(size)
  for (let at = 0; at < size; at++) {
    const place = (at * fromHz) / toHz
    const left = Math.min(uv.length - 1, Math.floor(place))
    const right = Math.min(uv.length - 1, left + 1)
    out[at] = (uv[left] ?? 0) + ((uv[right] ?? 0) - (uv[left] ?? 0)) * (place - left)
  }
  return out
}
