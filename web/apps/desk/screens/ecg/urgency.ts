// Which orders cannot wait, and which can still be voided: the same rules as the server's.
import type { Order, OrderState } from '@tianmu/api'

const unvoidable: ReadonlySet<OrderState> = new Set(['void', 'withdrawn', 'uploaded', 'in_consultation'])

/** An emergency, or a critical value that nobody has confirmed or ruled out yet. */
export function isUrgent(order: Pick<Order, 'urgency' | 'critical'>): boolean {
  return order.urgency === 'emergency' || order.critical === 'open'
}

export function isVoidable(order: Pick<Order, 'state'>): boolean {
  return !unvoidable.has(order.state)
}
