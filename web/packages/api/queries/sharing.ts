// A resident's share codes, and how her values went.
import { useMutation, useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed } from 'vue'
import { answer, client } from '../client.ts'
import type { Narrow, Schemas } from '../types.ts'
import type { Whom } from './resident.ts'

export type Share = Narrow<Schemas['ReportShareOut'], { state: 'open' | 'ended' | 'used' | 'revoked' }>
export type FreshShare = Schemas['FreshShareOut']
export type TrendName = 'heart_rate' | 'pr_ms' | 'qrs_ms' | 'qtc_ms'
export type TrendLine = Narrow<
  Schemas['TrendLine'],
  {
    name: TrendName
    course: 'unknown' | 'single' | 'steady' | 'rose' | 'fell'
    place: 'below' | 'within' | 'above' | ''
  }
>
export interface Trend {
  points: Schemas['TrendPoint'][]
  lines: TrendLine[]
}
export type ShareHours = 1 | 24 | 168

const query = (whom: Whom) => ({ person: whom() || null })

export function useMyTrend(whom: Whom) {
  return useQuery({
    queryKey: computed(() => ['resident', 'trend', whom()]),
    queryFn: ({ signal }) =>
      answer<Trend>(client.GET('/api/v1/resident/ecg/trend', { params: { query: query(whom) }, signal })),
  })
}

export function useMyShares(whom: Whom) {
  return useQuery({
    queryKey: computed(() => ['resident', 'shares', whom()]),
    queryFn: ({ signal }) =>
      answer<Share[]>(client.GET('/api/v1/resident/shares', { params: { query: query(whom) }, signal })),
  })
}

export function useSharing(whom: Whom) {
  const cache = useQueryClient()
  return useMutation({
    mutationFn: ({ report, hours, label }: { report: string; hours: ShareHours; label: string }) =>
      answer<FreshShare>(
        client.POST('/api/v1/resident/ecg/reports/{order_id}/shares', {
          params: { path: { order_id: report }, query: query(whom) },
          body: { hours, label },
        }),
      ),
    onSuccess: () => cache.invalidateQueries({ queryKey: ['resident', 'shares'] }),
  })
}

export function useShareEnd(whom: Whom) {
  const cache = useQueryClient()
  return useMutation({
    mutationFn: (id: string) =>
      answer<Share>(
        client.POST('/api/v1/resident/shares/{share_id}/end', {
          params: { path: { share_id: id }, query: query(whom) },
        }),
      ),
    onSettled: () => cache.invalidateQueries({ queryKey: ['resident', 'shares'] }),
  })
}
