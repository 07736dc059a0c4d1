// The reading room beyond list and report: calipers, own boundaries, comparison, hand-over, quality, workload, exports.
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed } from 'vue'
import { answer, apiUrl, client } from '../client.ts'
import type {
  BlindReview,
  BlindReviewDetail,
  Boundaries,
  Colleague,
  Contradiction,
  QualitySample,
  SavedCaliper,
  SavedMarking,
  SecondReading,
  SerialComparison,
  WorkRow,
  Workload,
} from '../ecg-reading-types.ts'
import type { Conclusion, Order, OrderDetail, StatementEntry } from '../ecg-types.ts'
import { useCursorList, type CursorPage } from '../query.ts'
import { currentClient } from '../transport.ts'
import { orderKey, type OrderFilter } from './ecg.ts'

const orderPath = (id: string) => ({ path: { order_id: id } })

/** Address of the worklist as a file, with the filter of the screen. */
export const listUrl = (form: 'csv' | 'xlsx' | 'pdf', filter: OrderFilter) =>
  apiUrl(`/ecg/worklist.${form}`, { ...filter, client: currentClient() })

export function useComparison(id: () => string, earlier: () => string) {
  return useQuery({
    queryKey: computed(() => ['ecg', 'comparison', id(), earlier()]),
    queryFn: ({ signal }) => {
      const query = earlier() ? { earlier: earlier() } : {}
      return answer<SerialComparison>(
        client.GET('/api/v1/ecg/orders/{order_id}/comparison', { params: { ...orderPath(id()), query }, signal }),
      )
    },
    enabled: () => id() !== '',
    retry: false,
  })
}

export function useComparable(id: () => string) {
  return useQuery({
    queryKey: computed(() => ['ecg', 'comparable', id()]),
    queryFn: ({ signal }) =>
      answer<OrderDetail['earlier']>(
        client.GET('/api/v1/ecg/orders/{order_id}/comparable', { params: orderPath(id()), signal }),
      ),
    enabled: () => id() !== '',
  })
}

export function useMarkings(recordingId: () => string) {
  return useQuery({
    queryKey: computed(() => ['ecg', 'markings', recordingId()]),
    queryFn: ({ signal }) =>
      answer<SavedMarking[]>(
        client.GET('/api/v1/ecg/recordings/{recording_id}/markings', {
          params: { path: { recording_id: recordingId() } },
          signal,
        }),
      ),
    enabled: () => recordingId() !== '',
  })
}

export const saveMarkings = (recordingId: string, calipers: SavedCaliper[]) =>
  answer<SavedMarking[]>(
    client.PUT('/api/v1/ecg/recordings/{recording_id}/markings', {
      params: { path: { recording_id: recordingId } },
      body: { calipers },
    }),
  )

/** Measure with own boundaries, or take them back; both answer with the whole order. */
export function useMeasuring(id: string) {
  const cache = useQueryClient()
  const keep = (order: OrderDetail) => {
    cache.setQueryData(orderKey(id), order)
    void cache.invalidateQueries({ queryKey: ['ecg', 'comparison', id] })
  }
  const measure = useMutation({
    mutationFn: (body: Boundaries) =>
      answer<OrderDetail>(client.POST('/api/v1/ecg/orders/{order_id}/measure', { params: orderPath(id), body })),
    onSuccess: keep,
  })
  const undo = useMutation({
    mutationFn: (everything: boolean) =>
      answer<OrderDetail>(
        client.POST('/api/v1/ecg/orders/{order_id}/measure/undo', { params: orderPath(id), body: { everything } }),
      ),
    onSuccess: keep,
  })
  return { measure, undo }
}

export function useColleagues(id: () => string) {
  return useQuery({
    queryKey: computed(() => ['ecg', 'colleagues', id()]),
    queryFn: ({ signal }) =>
      answer<Colleague[]>(client.GET('/api/v1/ecg/orders/{order_id}/colleagues', { params: orderPath(id()), signal })),
    enabled: () => id() !== '',
  })
}

export const handOver = (id: string, accountId: string, reason: string) =>
  answer<Order>(
    client.POST('/api/v1/ecg/orders/{order_id}/hand-over', {
      params: orderPath(id),
      body: { account_id: accountId, reason },
    }),
  )

export const checkWording = (id: string, conclusion: Conclusion[], signal?: AbortSignal) =>
  answer<Contradiction[]>(
    client.POST('/api/v1/ecg/orders/{order_id}/check', {
      params: orderPath(id),
      body: { conclusion },
      ...(signal ? { signal } : {}),
    }),
  )

export function useFavourite() {
  const cache = useQueryClient()
  return useMutation({
    mutationFn: ({ code, favourite }: { code: string; favourite: boolean }) =>
      answer<StatementEntry>(
        client.PUT('/api/v1/ecg/statements/{code}/favourite', { params: { path: { code } }, body: { favourite } }),
      ),
    onMutate: ({ code, favourite }) => {
      cache.setQueriesData<StatementEntry[]>({ queryKey: ['ecg', 'statements'] }, (rows) =>
        rows?.map((one) => (one.code === code ? { ...one, favourite } : one)),
      )
    },
    onError: () => cache.invalidateQueries({ queryKey: ['ecg', 'statements'] }),
  })
}

type BlindState = '' | 'open' | 'done'

/** One page of blind readings. */
export function readBlindReviews(state: BlindState, cursor = '', signal?: AbortSignal) {
  const query = { state, limit: 50, ...(cursor ? { cursor } : {}) }
  return answer<CursorPage<BlindReview>>(
    client.GET('/api/v1/ecg/quality/reviews', { params: { query }, ...(signal ? { signal } : {}) }),
  )
}

export function useBlindReviews(state: () => BlindState) {
  return useCursorList<BlindReview>(
    () => ['ecg', 'quality', 'list', state()],
    (cursor, signal) => readBlindReviews(state(), cursor, signal),
  )
}

export function useBlindReview(id: () => string) {
  return useQuery({
    queryKey: computed(() => ['ecg', 'quality', 'one', id()]),
    queryFn: ({ signal }) =>
      answer<BlindReviewDetail>(
        client.GET('/api/v1/ecg/quality/reviews/{review_id}', { params: { path: { review_id: id() } }, signal }),
      ),
    enabled: () => id() !== '',
  })
}

export function useSecondReading(id: string) {
  const cache = useQueryClient()
  return useMutation({
    mutationFn: (body: SecondReading) =>
      answer<BlindReviewDetail>(
        client.POST('/api/v1/ecg/quality/reviews/{review_id}/read', { params: { path: { review_id: id } }, body }),
      ),
    onSuccess: () => cache.invalidateQueries({ queryKey: ['ecg', 'quality'] }),
  })
}

export function useQualitySamples(enabled: () => boolean) {
  return useQuery({
    queryKey: ['ecg', 'quality', 'samples'],
    queryFn: ({ signal }) => answer<QualitySample[]>(client.GET('/api/v1/ecg/quality/samples', { signal })),
    enabled,
  })
}

export function useDrawSample() {
  const cache = useQueryClient()
  return useMutation({
    mutationFn: (body: { centre_id: string; since: string; until: string }) =>
      answer<QualitySample>(client.POST('/api/v1/ecg/quality/samples', { body })),
    onSuccess: () => cache.invalidateQueries({ queryKey: ['ecg', 'quality'] }),
  })
}

export interface Period {
  since: string
  until: string
}

/** Figures of a period; none is asked for while the period on screen is not one. */
export function useWorkload(period: () => Period | null) {
  return useQuery({
    queryKey: computed(() => ['ecg', 'workload', period()]),
    queryFn: ({ signal }) =>
      answer<Workload>(client.GET('/api/v1/ecg/workload', { params: { query: period() ?? {} }, signal })),
    enabled: () => period() !== null,
    placeholderData: keepPreviousData,
  })
}

export function useWorkRows(asked: () => (Period & { reader: string; figure: string }) | null) {
  return useQuery({
    queryKey: computed(() => ['ecg', 'workload', 'rows', asked()]),
    queryFn: ({ signal }) =>
      answer<WorkRow[]>(client.GET('/api/v1/ecg/workload/rows', { params: { query: asked() ?? {} }, signal })),
    enabled: () => asked() !== null,
  })
}

export const workloadUrl = (form: 'csv' | 'xlsx', period: Period) =>
  apiUrl(`/ecg/workload.${form}`, { ...period, client: currentClient() })
