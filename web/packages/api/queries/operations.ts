// Jobs, audit lines, in-app messages and facts of the site.
import { useMutation, useQuery, useQueryClient } from '@tanstack/vue-query'
import { api } from '../client.ts'
import { staleTimes, useCursorList } from '../query.ts'
import type { AuditLine, Job, Message, SiteInfo } from '../types.ts'

export function useJobs(state: () => string) {
  return useCursorList<Job>(['jobs', 'list'], '/jobs/jobs', () => ({ state: state() }))
}

export function useJobAgain() {
  const cache = useQueryClient()
  return useMutation({
    mutationFn: (id: string) => api.post<Job>(`/jobs/jobs/${id}/again`),
    onSuccess: () => cache.invalidateQueries({ queryKey: ['jobs'] }),
  })
}

export interface AuditFilter {
  action: string
  actor_name: string
  person_id: string
  subject_id: string
  since: string
  until: string
}

export function useAuditLines(filter: () => AuditFilter) {
  return useCursorList<AuditLine>(['audit', 'lines'], '/audit/lines', () => ({ ...filter() }))
}

export function useMessages(unread: () => boolean, enabled: () => boolean = () => true) {
  return useCursorList<Message>(['messages', 'list'], '/messages/messages', () => ({ unread: unread() || undefined }), {
    enabled,
  })
}

export function useUnreadCount(enabled: () => boolean) {
  return useQuery({
    queryKey: ['messages', 'unread'],
    queryFn: ({ signal }) => api.get<{ count: number }>('/messages/unread-count', { signal }),
    enabled,
  })
}

export function useReadMessage() {
  const cache = useQueryClient()
  return useMutation({
    mutationFn: (id: string) => api.post<void>(`/messages/messages/${id}/read`),
    onSettled: () => cache.invalidateQueries({ queryKey: ['messages'] }),
  })
}

export function useSiteInfo() {
  return useQuery({
    queryKey: ['site', 'info'],
    queryFn: ({ signal }) => api.get<SiteInfo>('/site/info', { signal, quiet: true }),
    staleTime: staleTimes.dictionary,
  })
}
