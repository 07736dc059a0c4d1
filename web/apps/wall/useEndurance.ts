// A wall runs for months: it moves by two pixels every ten minutes against burning in, and loads anew at 04:00.
import { onBeforeUnmount, onMounted, ref } from 'vue'

const shiftMs = 600_000
const reloadHour = 4
const places = [
  [0, 0],
  [2, 0],
  [2, 2],
  [0, 2],
] as const

/** Milliseconds from an instant to the next 04:00 of the screen's own clock. */
export function untilReload(now: Date): number {
  const next = new Date(now)
  next.setHours(reloadHour, 0, 0, 0)
  if (next <= now) next.setDate(next.getDate() + 1)
  return next.getTime() - now.getTime()
}

export function useEndurance() {
  const step = ref(0)
  let shifting: ReturnType<typeof setInterval> | undefined
  let reloading: ReturnType<typeof setTimeout> | undefined
  onMounted(() => {
    shifting = setInterval(() => (step.value = (step.value + 1) % places.length), shiftMs)
    reloading = setTimeout(() => location.reload(), untilReload(new Date()))
  })
  onBeforeUnmount(() => {
    clearInterval(shifting)
    clearTimeout(reloading)
  })
  return { shift: () => places[step.value] ?? places[0] }
}
