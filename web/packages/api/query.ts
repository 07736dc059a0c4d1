// vue-query as the only keeper of server data: reads retry twice (1 s, 3 s), writes never by themselves.
import { QueryClient, keepPreviousData, useInfiniteQuery, type QueryKey } from '@tanstack/vue-query'
import { computed, toValue, type MaybeRefOrGetter } from 'vue'
import { ApiProblem } from './errors.ts'

const retryDelaysMs = [1000, 3000] as const

export const staleTimes = { worklist: 0, dictionary: 5 * 60_000, signed: Number.POSITIVE_INFINITY } as const

/** Retry only what may pass by itself: no answer, or a busy server. */
export function worthRetrying(failures: number, error: unknown): boolean {
  if (failures >= retryDelaysMs.length) return false
  return (
    error instanceof ApiProblem &&
    (error.status === 0 || error.status === 502 || error.status === 503 || error.status === 504)
  )
}

export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        retry: worthRetrying,
        retryDelay: (failures) => retryDelaysMs[failures] ?? 3000,
        networkMode: 'always',
        staleTime: staleTimes.worklist,
        refetchOnWindowFocus: true,
      },
      mutations: { retry: false, networkMode: 'always' },
    },
  })
}

export interface CursorPage<T> {
  items: T[]
  next_cursor: string | null
  total: number | null
}

/** A list that pages by cursor: `fetchPage` reads one page; rows so far, total when the server knows it, `loadMore`. */
export function useCursorList<T>(
  key: MaybeRefOrGetter<QueryKey>,
  fetchPage: (cursor: string, signal: AbortSignal) => Promise<CursorPage<T>>,
  options: { enabled?: MaybeRefOrGetter<boolean> } = {},
) {
  const list = useInfiniteQuery({
    queryKey: computed(() => toValue(key)),
    queryFn: ({ pageParam, signal }) => fetchPage(pageParam, signal),
    initialPageParam: '',
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    enabled: computed(() => toValue(options.enabled ?? true)),
    placeholderData: keepPreviousData,
  })
  const rows = computed<T[]>(() => list.data.value?.pages.flatMap((page) => page.items) ?? [])
  const total = computed(() => list.data.value?.pages[0]?.total ?? null)
  function loadMore() {
    if (list.hasNextPage.value && !list.isFetchingNextPage.value) void list.fetchNextPage()
  }
  return { ...list, rows, total, loadMore }
}
