// Seconds of a recording as the clock on the wall, and back.
const DAY_S = 86_400

const two = (value: number) => String(Math.floor(value)).padStart(2, '0')

/** `23:05:07`, from the second day on `+1 08:00:00`; without a known start the time since it. */
export function clockOf(startedAt: string | null, atS: number): string {
  const start = startedAt ? startOf(startedAt) : 0
  const seconds = Math.max(0, Math.floor(start + atS))
  const day = startedAt ? Math.floor(seconds / DAY_S) : 0
  const rest = startedAt ? seconds % DAY_S : seconds
  const text = `${two(rest / 3600)}:${two((rest % 3600) / 60)}:${two(rest % 60)}`
  return day > 0 ? `${text} +${day}` : text
}

/** Seconds after midnight at which a recording began. */
function startOf(startedAt: string): number {
  const [, hours = '0', minutes = '0', seconds = '0'] = /T(\d{2}):(\d{2}):?(\d{2})?/.exec(startedAt) ?? []
  return Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds ?? 0)
}

/** Seconds of a recording for a clock time `HH:MM`; the first such time after its start. Null for anything else. */
export function atClock(startedAt: string | null, text: string): number | null {
  const found = /^(\d{1,2}):(\d{2})(?::(\d{2}))?$/.exec(text.trim())
  if (!found) return null
  const wanted = Number(found[1]) * 3600 + Number(found[2]) * 60 + Number(found[3] ?? 0)
  if (!startedAt) return wanted
  return (wanted - startOf(startedAt) + DAY_S) % DAY_S
}

/** A length as `1 h 05 min`, `3 min 20 s` or `7.5 s`. */
export function lengthOf(seconds: number): string {
  if (seconds >= 60) seconds = Math.round(seconds)
  if (seconds < 60) return `${Math.round(seconds * 10) / 10} s`
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`
  return `${Math.floor(seconds / 3600)} h ${two((seconds % 3600) / 60)} min`
}
