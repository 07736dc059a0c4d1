// For whom the app is used now: the key in the address, empty for oneself; links keep it (router.ts).
import { computed, type ComputedRef } from 'vue'
import { useRoute } from 'vue-router'

export function useWhom(): ComputedRef<string> {
  const route = useRoute()
  return computed(() => (typeof route.query['person'] === 'string' ? route.query['person'] : ''))
}
