// Tells when the lock went away while the reader was writing: taken over, or run out.
import { ref, watch, type Ref } from 'vue'
import type { OrderDetail } from '@tianmu/api'
import type { OrderAct } from '@tianmu/api/queries/ecg.ts'
import type { ReadingMode } from './useReading.ts'

export type Loss = { kind: 'taken'; holder: string; since: string } | { kind: 'expired' }

/** How a lock was lost, from the order as it is now; null when it went by an act of the reader or by a next state. */
export function lossOf(order: Pick<OrderDetail, 'state' | 'lock'>, own: OrderAct['verb'] | null): Loss | null {
  if (order.lock?.mine || (order.state !== 'in_progress' && order.state !== 'waiting')) return null
  if (order.lock) return { kind: 'taken', holder: order.lock.holder, since: order.lock.since }
  return own === 'release' ? null : { kind: 'expired' }
}

export function useLostLock(
  order: () => OrderDetail | undefined,
  mode: () => ReadingMode,
  own: Readonly<Ref<OrderAct['verb'] | null>>,
) {
  const loss = ref<Loss | null>(null)
  let wrote = false
  watch(
    () => [mode(), order()] as const,
    ([now, one]) => {
      if (now === 'write') {
        wrote = true
        loss.value = null
      } else if (wrote && one) {
        loss.value = lossOf(one, own.value)
      }
    },
    { immediate: true },
  )
  return loss
}
