// The knowledge base, problems behind incidents, and ready answers.
import { useQuery } from '@tanstack/vue-query'
import { computed } from 'vue'
import { answer, apiUrl, client, ifMatch } from '../client.ts'
import { useCursorList, type CursorPage } from '../query.ts'
import type { Article, ArticlePage, CannedAnswer, Problem } from '../service-types.ts'
import type { Schemas } from '../types.ts'

export interface ArticleQuery {
  search: string
  state: string
  review_before: string | null
}

const of = (id: string) => ({ params: { path: { article_id: id } } })

export const pictureUrl = (id: string) => apiUrl(`/servicedesk/pictures/${id}`, { client: 'desk' })

export function useArticles(query: () => ArticleQuery) {
  return useCursorList<Article>(
    () => ['service', 'articles', query()],
    (cursor, signal) =>
      answer<CursorPage<Article>>(
        client.GET('/api/v1/servicedesk/articles', { params: { query: { ...query(), cursor } }, signal }),
      ),
  )
}

export function useSuggestions(text: () => string) {
  return useQuery({
    queryKey: computed(() => ['service', 'suggestions', text()]),
    queryFn: ({ signal }) =>
      answer<Article[]>(
        client.GET('/api/v1/servicedesk/articles/suggest', { params: { query: { text: text() } }, signal }),
      ),
    enabled: () => text().length > 2,
    staleTime: 60_000,
  })
}

export function useArticle(id: () => string) {
  return useQuery({
    queryKey: computed(() => ['service', 'article', id()]),
    queryFn: ({ signal }) =>
      answer<ArticlePage>(client.GET('/api/v1/servicedesk/articles/{article_id}', { ...of(id()), signal })),
    enabled: () => id() !== '',
  })
}

function oneFile(file: File): FormData {
  const form = new FormData()
  form.append('file', file, file.name)
  return form
}

export const articleActs = {
  write: (body: Schemas['ArticleIn']) => answer<Article>(client.POST('/api/v1/servicedesk/articles', { body })),
  fromTicket: (ticketId: string) =>
    answer<Article>(
      client.POST('/api/v1/servicedesk/tickets/{ticket_id}/article', { params: { path: { ticket_id: ticketId } } }),
    ),
  change: (id: string, body: Schemas['ArticleIn'], version: number) =>
    answer<Article>(
      client.PUT('/api/v1/servicedesk/articles/{article_id}', { ...of(id), body, headers: ifMatch(version) }),
    ),
  publish: (id: string) => answer<Article>(client.POST('/api/v1/servicedesk/articles/{article_id}/publish', of(id))),
  review: (id: string, stillRight: boolean) =>
    answer<Article>(
      client.POST('/api/v1/servicedesk/articles/{article_id}/review', { ...of(id), body: { still_right: stillRight } }),
    ),
  vote: (id: string, helpful: boolean, solved: boolean) =>
    answer<Article>(
      client.POST('/api/v1/servicedesk/articles/{article_id}/vote', { ...of(id), body: { helpful, solved } }),
    ),
  addPicture: (id: string, file: File) =>
    answer(
      client.POST('/api/v1/servicedesk/articles/{article_id}/pictures', {
        ...of(id),
        body: { file: '' },
        bodySerializer: () => oneFile(file),
      }),
    ),
  removePicture: (id: string) =>
    answer(client.DELETE('/api/v1/servicedesk/pictures/{picture_id}', { params: { path: { picture_id: id } } })),
}

export function useProblems(query: () => { state: string; search: string }) {
  return useCursorList<Problem>(
    () => ['service', 'problems', query()],
    (cursor, signal) =>
      answer<CursorPage<Problem>>(
        client.GET('/api/v1/servicedesk/problems', { params: { query: { ...query(), cursor } }, signal }),
      ),
  )
}

const problem = (id: string) => ({ params: { path: { problem_id: id } } })

export const problemActs = {
  open: (body: Schemas['ProblemIn']) => answer<Problem>(client.POST('/api/v1/servicedesk/problems', { body })),
  explain: (id: string, body: Schemas['ProblemPatch']) =>
    answer<Problem>(client.PATCH('/api/v1/servicedesk/problems/{problem_id}', { ...problem(id), body })),
  add: (id: string, ticketIds: string[]) =>
    answer<Problem>(
      client.POST('/api/v1/servicedesk/problems/{problem_id}/tickets', {
        ...problem(id),
        body: { ticket_ids: ticketIds },
      }),
    ),
}

export const cannedActs = {
  save: (body: Schemas['CannedIn']) => answer<CannedAnswer>(client.POST('/api/v1/servicedesk/canned', { body })),
  drop: (id: string) =>
    answer(client.DELETE('/api/v1/servicedesk/canned/{canned_id}', { params: { path: { canned_id: id } } })),
}
