// The time left to an instant as a wall shows it: 0:07:05, or -1:02:03 once it is over; days in front when there are any.
export function countdown(at: string, now: number): string {
  const seconds = Math.trunc((new Date(at).getTime() - now) / 1000)
  const rest = Math.abs(seconds)
  const two = (value: number) => String(value).padStart(2, '0')
  const days = Math.floor(rest / 86_400)
  const time = `${Math.floor((rest % 86_400) / 3600)}:${two(Math.floor((rest % 3600) / 60))}:${two(rest % 60)}`
  return `${seconds < 0 ? '−' : ''}${days > 0 ? `${days}d ` : ''}${time}`
}
