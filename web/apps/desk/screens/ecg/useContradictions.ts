// Statements of the conclusion that contradict each other, asked of the server's rule 600 ms after a change.
import { onBeforeUnmount, ref, watch } from 'vue'
import type { Conclusion, Contradiction } from '@tianmu/api'
import { checkWording } from '@tianmu/api/queries/ecg-reading.ts'

const askAfterMs = 600

export function useContradictions(orderId: string, conclusion: () => readonly Conclusion[], enabled: () => boolean) {
  const pairs = ref<Contradiction[]>([])
  let timer: ReturnType<typeof setTimeout> | undefined
  let running: AbortController | undefined

  async function ask(lines: Conclusion[]) {
    running?.abort()
    running = new AbortController()
    try {
      pairs.value = await checkWording(orderId, lines, running.signal)
    } catch {
      // Advice only: signing asks the same rule again.
    }
  }
  watch(
    () => JSON.stringify(conclusion()),
    () => {
      clearTimeout(timer)
      const lines = conclusion().map((line) => ({ ...line }))
      if (!enabled() || lines.filter((line) => line.code).length < 2) pairs.value = []
      else timer = setTimeout(() => void ask(lines), askAfterMs)
    },
    { immediate: true },
  )
  onBeforeUnmount(() => {
    clearTimeout(timer)
    running?.abort()
  })
  return { pairs }
}
