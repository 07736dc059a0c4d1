// How old the numbers on the wall are: delayed after a minute, hidden after five; the server's clock counts.
import { computed, onBeforeUnmount, onMounted, ref } from 'vue'

export const delayedMs = 60_000
export const hiddenMs = 300_000

export type Freshness = 'fresh' | 'delayed' | 'hidden'

/** How data read at an instant are to be shown. */
export function freshnessOf(readAtMs: number, nowMs: number): Freshness {
  const age = nowMs - readAtMs
  if (age > hiddenMs) return 'hidden'
  return age > delayedMs ? 'delayed' : 'fresh'
}

/** `read` gives when data were read, by the browser's clock, and what the server's clock said then. */
export function useFreshness(read: () => { atMs: number; serverAt: string | undefined }) {
  const now = ref(Date.now())
  let timer: ReturnType<typeof setInterval> | undefined
  onMounted(() => (timer = setInterval(() => (now.value = Date.now()), 1000)))
  onBeforeUnmount(() => clearInterval(timer))
  const freshness = computed(() => (read().atMs === 0 ? 'fresh' : freshnessOf(read().atMs, now.value)))
  const serverNow = computed(() => {
    const { atMs, serverAt } = read()
    return serverAt ? now.value + new Date(serverAt).getTime() - atMs : now.value
  })
  return { freshness, serverNow }
}
