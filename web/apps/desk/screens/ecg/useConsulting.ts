// Putting the open examination to experts: what was written is saved first, so that it goes along with the question.
import { ref } from 'vue'

export function useConsulting(writable: () => boolean, flush: () => Promise<boolean>) {
  const consulting = ref(false)
  async function consult() {
    if (!writable() || (await flush())) consulting.value = true
  }
  return { consulting, consult }
}
