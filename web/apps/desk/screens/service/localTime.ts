// Between instants and the fields of type datetime-local, always in business time (Asia/Shanghai).
import { formatDate, formatTime } from '@tianmu/ui'

/** An instant as the value of a datetime-local field. */
export function toLocal(instant: string): string {
  return `${formatDate(instant)}T${formatTime(instant, true)}`
}

/** The value of a datetime-local field as an instant. */
export function fromLocal(value: string): string {
  return new Date(`${value}+08:00`).toISOString()
}
