// What the indicator screens ask for: days, an institution, kind and urgency; kept in the address.
import { computed, reactive, watch } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import type { Asked } from '@tianmu/api/queries/supervision.ts'
import { instantsOf } from '../ecg/quality/period.ts'
import { daysOf, isPeriod } from './period.ts'

const names = ['since', 'until', 'unit', 'kind', 'urgency', 'device'] as const
export type Filter = Record<(typeof names)[number], string>

export function useAsked() {
  const route = useRoute()
  const router = useRouter()
  const here = route.path
  const preset = daysOf('days30', Date.now())
  const read = (name: string) => {
    const found = route.query[name]
    return typeof found === 'string' ? found : ''
  }
  const filter = reactive<Filter>({
    since: read('since') || preset.since,
    until: read('until') || preset.until,
    unit: read('unit'),
    kind: read('kind'),
    urgency: read('urgency'),
    device: read('device'),
  })
  const query = computed(() =>
    Object.fromEntries(names.flatMap((name) => (filter[name] ? [[name, filter[name]]] : []))),
  )
  watch(query, (now) => {
    if (route.path !== here) return
    const others = Object.entries(route.query).filter(([name]) => !names.some((one) => one === name))
    void router.replace({ query: { ...Object.fromEntries(others), ...now } })
  })
  const asked = computed<Asked | null>(() => {
    if (!isPeriod(filter)) return null
    const narrow = Object.fromEntries(
      (['unit', 'kind', 'urgency', 'device'] as const).flatMap((name) => (filter[name] ? [[name, filter[name]]] : [])),
    )
    return { ...instantsOf(filter), ...narrow }
  })
  return { filter, asked, query }
}
