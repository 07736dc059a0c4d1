// One clock per page, ticking each 10 s, for waiting minutes and countdowns; corrected by the server's time if known.
import { onBeforeUnmount, onMounted, ref, type Ref } from 'vue'

const now = ref(Date.now())
let users = 0
let timer: ReturnType<typeof setInterval> | undefined

/** Milliseconds since the epoch, refreshed every 10 s while somebody looks. */
export function useNow(): Ref<number> {
  onMounted(() => {
    users += 1
    now.value = Date.now()
    timer ??= setInterval(() => (now.value = Date.now()), 10_000)
  })
  onBeforeUnmount(() => {
    users -= 1
    if (users > 0) return
    clearInterval(timer)
    timer = undefined
  })
  return now
}
