// The worklist's filter: remembered on this machine without the searched name, named filters kept with the account.
import { computed, reactive, watch } from 'vue'
import { refDebounced } from '@vueuse/core'
import type { OrderState, Urgency } from '@tianmu/api'
import type { OrderFilter } from '@tianmu/api/queries/ecg.ts'
import { useSession } from '../../stores/session.ts'

export type StateGroup = 'todo' | 'all' | 'done' | 'assigned' | OrderState

export interface WorklistForm {
  group: StateGroup
  search: string
  since: string
  until: string
  urgency: Urgency | ''
  critical: boolean
  mine: boolean
  kind: string
  unit: string
  statement: string
  conclusionClass: string
  quality: string
}

export interface NamedFilter {
  name: string
  form: Partial<WorklistForm>
}

const storageKey = 'tianmu-ecg-filter'
const blank: WorklistForm = {
  group: 'todo',
  search: '',
  since: '',
  until: '',
  urgency: '',
  critical: false,
  mine: false,
  kind: '',
  unit: '',
  statement: '',
  conclusionClass: '',
  quality: '',
}

export const groups: Record<'todo' | 'done', readonly OrderState[]> = {
  todo: ['uploaded', 'waiting', 'in_progress', 'to_review', 'in_consultation'],
  done: ['signed', 'amended'],
}

function statesOf(group: StateGroup): readonly OrderState[] {
  if (group === 'all' || group === 'assigned') return []
  return group === 'todo' || group === 'done' ? groups[group] : [group]
}

/** Query of the server for a filter form; a day means its whole day in Shanghai. */
export function filterOf(form: WorklistForm): OrderFilter {
  const filter: OrderFilter = { state: statesOf(form.group), order: form.group === 'done' ? 'newest' : 'worklist' }
  if (form.search.trim()) filter.search = form.search.trim()
  if (form.since) filter.since = `${form.since}T00:00:00+08:00`
  if (form.until) filter.until = `${form.until}T23:59:59+08:00`
  if (form.urgency) filter.urgency = form.urgency
  if (form.critical) filter.critical = 'open'
  if (form.mine) filter.owner = 'me'
  if (form.group === 'assigned') filter.owner = 'assigned'
  if (form.kind) filter.kind = [form.kind]
  if (form.unit) filter.unit = form.unit
  if (form.statement) filter.statement = form.statement
  if (form.conclusionClass) filter.conclusion_class = form.conclusionClass
  if (form.quality) filter.quality = form.quality
  return filter
}

function remembered(): Partial<WorklistForm> {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(storageKey) ?? '{}')
    return typeof stored === 'object' && stored !== null ? stored : {}
  } catch {
    return {}
  }
}

function isNamed(value: unknown): value is NamedFilter {
  return (
    typeof value === 'object' && value !== null && 'name' in value && typeof value.name === 'string' && 'form' in value
  )
}

export function useOrderFilter() {
  const session = useSession()
  const form = reactive<WorklistForm>({ ...blank, ...remembered(), search: '' })
  const search = refDebounced(
    computed(() => form.search),
    250,
  )
  const filter = computed(() => filterOf({ ...form, search: search.value }))
  const countFilter = computed<OrderFilter>(() => {
    const { state: _state, order: _order, ...rest } = filter.value
    if (rest.owner === 'assigned') delete rest.owner
    return rest
  })
  const named = computed<NamedFilter[]>(() => {
    const stored = session.me?.preferences['ecg_filters']
    return Array.isArray(stored) ? stored.filter(isNamed) : []
  })

  watch(form, ({ search: _never, ...kept }) => localStorage.setItem(storageKey, JSON.stringify(kept)))

  function clear() {
    Object.assign(form, blank)
  }
  function use(saved: NamedFilter) {
    Object.assign(form, blank, saved.form)
  }
  async function keep(name: string) {
    const { search: _never, ...kept } = form
    const others = named.value.filter((one) => one.name !== name)
    await session.prefer({ ecg_filters: [...others, { name, form: kept }].slice(-12) })
  }
  const drop = (name: string) => session.prefer({ ecg_filters: named.value.filter((one) => one.name !== name) })
  return { form, filter, countFilter, named, clear, use, keep, drop }
}
