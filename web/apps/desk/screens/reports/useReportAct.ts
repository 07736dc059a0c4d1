// One act on reports: runs it, reads the shelves again, tells the outcome.
import { ref } from 'vue'
import { useQueryClient } from '@tanstack/vue-query'
import { asProblem } from '@tianmu/api'
import { meaningOf, toast } from '@tianmu/ui'

export function useReportAct() {
  const cache = useQueryClient()
  const busy = ref(false)

  /** Run `step` and return what it gives, null when it was refused. */
  async function run<T>(step: () => Promise<T>, told = ''): Promise<T | null> {
    busy.value = true
    try {
      const found = await step()
      if (told) toast(told)
      return found
    } catch (error) {
      toast(meaningOf(asProblem(error)), 'error')
      return null
    } finally {
      busy.value = false
      void cache.invalidateQueries({
        queryKey: ['reports'],
        predicate: (one) => !['answer', 'preview', 'catalogue'].includes(String(one.queryKey[1])),
      })
    }
  }
  return { busy, run }
}
