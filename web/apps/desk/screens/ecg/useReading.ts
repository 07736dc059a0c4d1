// One examination in the reading room: lock, rights, acts on it, and the way to the next one.
import { computed, onActivated, onBeforeUnmount, onDeactivated, onMounted, ref, watch } from 'vue'
import { useRouter } from 'vue-router'
import { until } from '@vueuse/core'
import { asProblem, type ApiProblem, type Order } from '@tianmu/api'
import { keepLock, useOrder, readOrders, useOrderAct, type OrderAct } from '@tianmu/api/queries/ecg.ts'
import { toast } from '@tianmu/ui'
import { useSession } from '../../stores/session.ts'
import { useTabs } from '../../stores/tabs.ts'
import { t } from '../../text/ecg.ts'
import { isUrgent } from './urgency.ts'
import { useLostLock } from './useLostLock.ts'

const keepEveryMs = 60_000

export type ReadingMode = 'write' | 'review' | 'read'

/** First order of a state that nobody holds, other than this one. */
async function nextOrder(state: 'waiting' | 'to_review', except: string): Promise<Order | undefined> {
  const page = await readOrders({ state: [state], order: 'worklist' }, { limit: 10 })
  return page.items.find(
    (order) => order.id !== except && !order.lock && (order.assigned_to === '' || order.assigned_to_me),
  )
}

interface KeptLock {
  id: string
  writing: () => boolean
  lost: () => Promise<unknown>
  release: () => Promise<unknown>
}

/** Keep the lock of what is being written while it is on view; let it go with the page. */
function useKeptLock({ id, writing, lost, release }: KeptLock) {
  const visible = ref(true)
  let timer: ReturnType<typeof setInterval> | undefined
  const keep = () => {
    if (visible.value && writing()) keepLock(id).catch(lost)
  }
  onMounted(() => (timer = setInterval(keep, keepEveryMs)))
  onActivated(() => (visible.value = true))
  onDeactivated(() => (visible.value = false))
  onBeforeUnmount(() => {
    clearInterval(timer)
    if (writing()) void release()
  })
}

export function useReading(id: string) {
  const router = useRouter()
  const session = useSession()
  const tabs = useTabs()
  const query = useOrder(() => id)
  const act = useOrderAct()
  const opened = ref(false)
  const lastAct = ref<OrderAct['verb'] | null>(null)
  const problem = ref<ApiProblem | null>(null)
  const order = computed(() => query.data.value)

  const mode = computed<ReadingMode>(() => {
    const one = order.value
    if (!one) return 'read'
    if (one.state === 'in_progress' && one.lock?.mine && session.can('ecg.report.write')) return 'write'
    if (one.state === 'to_review' && session.can('ecg.report.review')) return 'review'
    return 'read'
  })
  const heldByOther = computed(() => (order.value?.lock && !order.value.lock.mine ? order.value.lock : null))

  /** An urgent order may be taken over by every reader; any other only with the right to do so. */
  const mayTakeOver = computed(
    () =>
      session.can('ecg.report.write') &&
      (session.can('ecg.lock.take_over') || (order.value !== undefined && isUrgent(order.value))),
  )

  const loss = useLostLock(
    () => order.value,
    () => mode.value,
    lastAct,
  )

  async function run(wanted: OrderAct): Promise<Order | null> {
    problem.value = null
    lastAct.value = wanted.verb
    // What a reviewer sends back is for its reader: it is not taken by her own page.
    if (wanted.verb === 'review') opened.value = true
    try {
      return await act.mutateAsync({ id, act: wanted })
    } catch (error) {
      problem.value = asProblem(error)
      return null
    }
  }

  /** Take the lock when the order waits for a reader; somebody else's lock is shown, not an error. */
  async function openIfWaiting() {
    const one = order.value
    if (!one || opened.value || !session.can('ecg.report.write')) return
    const free = one.state === 'waiting' || one.state === 'uploaded' || (one.state === 'in_progress' && !one.lock)
    if (!free) return
    opened.value = true
    await run({ verb: 'open' })
    if (problem.value?.code === 'ecg.locked' || problem.value?.status === 403) problem.value = null
  }

  /** Resolves when the order is read and no act on it runs: what its state says holds until the next act. */
  const settled = () => until(() => query.isPending.value || act.isPending.value).toBe(false)

  /** Take the lock again after it ran out. */
  const openAgain = () => run({ verb: 'open' })

  async function goNext(state: 'waiting' | 'to_review' = 'waiting') {
    const next = await nextOrder(state, id).catch(() => undefined)
    const here = `/ecg/orders/${id}`
    if (!next) toast(t.reading.noNext, 'info')
    await router.push(next ? `/ecg/orders/${next.id}` : '/ecg/worklist')
    tabs.close(here)
  }

  useKeptLock({
    id,
    writing: () => mode.value === 'write',
    lost: () => query.refetch(),
    release: () => run({ verb: 'release' }),
  })
  watch(order, openIfWaiting, { immediate: true })

  return {
    query,
    order,
    mode,
    heldByOther,
    mayTakeOver,
    problem,
    busy: act.isPending,
    loss,
    run,
    settled,
    openAgain,
    goNext,
  }
}
