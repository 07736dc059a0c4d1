// Days as date inputs take them, in the business zone.
const zoneOffsetMs = 8 * 3600_000

/** The day so many days from now, as YYYY-MM-DD in Asia/Shanghai. */
export function dayAfter(days: number, nowMs = Date.now()): string {
  return new Date(nowMs + zoneOffsetMs + days * 86_400_000).toISOString().slice(0, 10)
}
