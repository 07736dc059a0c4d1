// Locks the screen after a pause; activity in any tab of this browser counts for all.
import { onBeforeUnmount, onMounted } from 'vue'

const activity = ['pointerdown', 'keydown', 'wheel', 'touchstart'] as const
const tellEveryMs = 5000

/** Call `onIdle` once when nothing was touched for `idleMs`; `reset` starts the count anew (after unlocking). */
export function useIdleLock(idleMs: () => number, onIdle: () => void): { reset: () => void } {
  let lastMs = Date.now()
  let toldMs = 0
  let fired = false
  let timer: ReturnType<typeof setInterval> | undefined
  const channel = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel('tianmu-activity')

  const touch = () => {
    lastMs = Date.now()
    if (lastMs - toldMs < tellEveryMs) return
    toldMs = lastMs
    channel?.postMessage(lastMs)
  }
  const check = () => {
    if (fired || Date.now() - lastMs < idleMs()) return
    fired = true
    onIdle()
  }
  onMounted(() => {
    for (const kind of activity) document.addEventListener(kind, touch, { passive: true, capture: true })
    if (channel) channel.onmessage = () => (lastMs = Date.now())
    timer = setInterval(check, 1000)
  })
  onBeforeUnmount(() => {
    for (const kind of activity) document.removeEventListener(kind, touch, { capture: true })
    clearInterval(timer)
    channel?.close()
  })
  return {
    reset: () => {
      fired = false
      lastMs = Date.now()
    },
  }
}
