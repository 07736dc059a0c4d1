// The audit log: searching, exporting, and how far it is sealed.
import { useMutation, useQuery, useQueryClient } from '@tanstack/vue-query'
import { answer, apiUrl, client } from '../client.ts'
import { useCursorList, type CursorPage } from '../query.ts'
import type { AuditLine, Schemas } from '../types.ts'

export interface AuditFilter {
  action: string
  actor_name: string
  account_id: string
  person_id: string
  purpose: string
  since: string
  until: string
}

export function useAuditLines(filter: () => AuditFilter) {
  return useCursorList<AuditLine>(
    () => ['audit', 'lines', filter()],
    (cursor, signal) =>
      answer<CursorPage<AuditLine>>(
        client.GET('/api/v1/audit/lines', { params: { query: { ...filter(), cursor } }, signal }),
      ),
  )
}

/** Address of the table with the matching lines; opening it is the export, which is recorded with its reason. */
export const auditExportUrl = (filter: AuditFilter, reason: string) =>
  apiUrl('/audit/lines.csv', { ...filter, reason, client: 'desk' })

export function useSeals() {
  return useQuery({
    queryKey: ['audit', 'seals'],
    queryFn: ({ signal }) => answer<Schemas['SealsOut']>(client.GET('/api/v1/audit/seals', { signal })),
  })
}

export function useSealCheck() {
  const cache = useQueryClient()
  return useMutation({
    mutationFn: (month: string) =>
      answer<Schemas['CheckJob']>(client.POST('/api/v1/audit/seals/check', { body: { month } })),
    onSuccess: () => {
      for (const seconds of [2, 6, 20]) {
        setTimeout(() => void cache.invalidateQueries({ queryKey: ['audit', 'seals'] }), seconds * 1000)
      }
    },
  })
}
