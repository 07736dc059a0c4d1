// Dates, times and numbers as every screen shows them: 2026-11-23 08:05, 24 h, Asia/Shanghai.
const zone = 'Asia/Shanghai'
const parts = new Intl.DateTimeFormat('en-GB', {
  timeZone: zone,
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hour12: false,
})

/** The sign for "not recorded". */
export const notRecorded = '\u2014'

/** An instant without a zone (some ECG files) is taken as Shanghai time, not as the browser's. */
function zoned(instant: string | number | Date): string | number | Date {
  return typeof instant === 'string' && /T\d{2}:\d{2}(:\d{2}(\.\d+)?)?$/.test(instant) ? `${instant}+08:00` : instant
}

function pieces(instant: string | number | Date): Record<string, string> | null {
  const date = new Date(zoned(instant))
  if (Number.isNaN(date.getTime())) return null
  return Object.fromEntries(parts.formatToParts(date).map((part) => [part.type, part.value]))
}

export function formatDate(instant: string | number | Date | null | undefined): string {
  if (instant === null || instant === undefined) return notRecorded
  if (typeof instant === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(instant)) return instant
  const piece = pieces(instant)
  return piece ? `${piece['year']}-${piece['month']}-${piece['day']}` : notRecorded
}

export function formatTime(instant: string | number | Date | null | undefined, seconds = false): string {
  const piece = instant === null || instant === undefined ? null : pieces(instant)
  if (!piece) return notRecorded
  return `${piece['hour']}:${piece['minute']}${seconds ? `:${piece['second']}` : ''}`
}

export function formatInstant(instant: string | number | Date | null | undefined, seconds = false): string {
  if (instant === null || instant === undefined) return notRecorded
  const date = formatDate(instant)
  return date === notRecorded ? date : `${date} ${formatTime(instant, seconds)}`
}

/** Whole minutes from `from` to `to`, rounded down; negative when `to` is earlier. */
export function minutesBetween(from: string | number, to: string | number): number {
  return Math.floor((new Date(to).getTime() - new Date(from).getTime()) / 60_000)
}

export function formatNumber(value: number | null | undefined, digits = 0): string {
  if (value === null || value === undefined || Number.isNaN(value)) return notRecorded
  return value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits })
}

export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`
  if (bytes < 1_000_000) return `${(bytes / 1000).toFixed(1)} kB`
  return `${(bytes / 1_000_000).toFixed(1)} MB`
}
