// Jobs, in-app messages and facts of the site.
import { useMutation, useQuery, useQueryClient } from '@tanstack/vue-query'
import { answer, client, quiet } from '../client.ts'
import { staleTimes, useCursorList, type CursorPage } from '../query.ts'
import type { Job, Message, SiteInfo } from '../types.ts'

export function useJobs(state: () => string) {
  return useCursorList<Job>(
    () => ['jobs', 'list', state()],
    (cursor, signal) =>
      answer<CursorPage<Job>>(
        client.GET('/api/v1/jobs/jobs', { params: { query: { state: state(), cursor } }, signal }),
      ),
  )
}

export function useJobAgain() {
  const cache = useQueryClient()
  return useMutation({
    mutationFn: (id: string) =>
      answer<Job>(client.POST('/api/v1/jobs/jobs/{job_id}/again', { params: { path: { job_id: id } } })),
    onSuccess: () => cache.invalidateQueries({ queryKey: ['jobs'] }),
  })
}

export function useMessages(unread: () => boolean, enabled: () => boolean = () => true) {
  return useCursorList<Message>(
    () => ['messages', 'list', unread()],
    (cursor, signal) =>
      answer<CursorPage<Message>>(
        client.GET('/api/v1/messages/messages', { params: { query: { unread: unread(), cursor } }, signal }),
      ),
    { enabled },
  )
}

export function useUnreadCount(enabled: () => boolean) {
  return useQuery({
    queryKey: ['messages', 'unread'],
    queryFn: ({ signal }) => answer<{ count: number }>(client.GET('/api/v1/messages/unread-count', { signal })),
    enabled,
  })
}

export function useReadMessage() {
  const cache = useQueryClient()
  return useMutation({
    mutationFn: (id: string) =>
      answer<void>(
        client.POST('/api/v1/messages/messages/{message_id}/read', { params: { path: { message_id: id } } }),
      ),
    onSettled: () => cache.invalidateQueries({ queryKey: ['messages'] }),
  })
}

export function useSiteInfo() {
  return useQuery({
    queryKey: ['site', 'info'],
    queryFn: ({ signal }) => answer<SiteInfo>(client.GET('/api/v1/site/info', { signal, fetch: quiet })),
    staleTime: staleTimes.dictionary,
  })
}
