// The state of a cursor list for TmState, the same for every list screen.
import { computed, type ComputedRef, type Ref } from 'vue'
import { asProblem } from '@tianmu/api'
import { viewOf, type ViewState } from '@tianmu/ui'

interface ListQuery {
  isPending: Ref<boolean>
  error: Ref<Error | null>
  dataUpdatedAt: Ref<number>
  rows: Ref<readonly unknown[]>
}

/** Loading, error, empty (with the reason), stale or ready. */
export function listView(list: ListQuery, why: () => string): ComputedRef<ViewState> {
  return computed(() =>
    viewOf({
      loading: list.isPending.value,
      problem: list.error.value ? asProblem(list.error.value) : null,
      isEmpty: list.rows.value.length === 0,
      readAtMs: list.dataUpdatedAt.value,
      why: why(),
    }),
  )
}
