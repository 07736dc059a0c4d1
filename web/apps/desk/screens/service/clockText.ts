// A span of time in a few letters: `12 min`, `3 h 20`, `2 d`.

const minute = 60
const hour = 60 * minute
const day = 24 * hour

/** Seconds as a short text; the sign is left to the words around it. */
export function spanText(seconds: number): string {
  const left = Math.abs(Math.round(seconds))
  if (left < minute) return `${left} s`
  if (left < hour) return `${Math.floor(left / minute)} min`
  if (left < 2 * day) {
    const minutes = Math.floor((left % hour) / minute)
    return minutes > 0 ? `${Math.floor(left / hour)} h ${minutes}` : `${Math.floor(left / hour)} h`
  }
  return `${Math.floor(left / day)} d`
}
