// The typed client: paths, parameters and bodies come from the generated schema, behaviour from transport.ts.
import createClient from 'openapi-fetch'
import type { paths } from './schema.d.ts'
import { tianmuFetch } from './transport.ts'

export type QueryValue = string | number | boolean | null | undefined | readonly (string | number)[]

const base = '/api/v1'

/** Query text: empty values are left out, lists repeat their name. */
export function queryText(query: Record<string, unknown>): string {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    for (const item of Array.isArray(value) ? value : [value]) {
      if (item !== null && item !== undefined && item !== '') search.append(name, String(item))
    }
  }
  return search.toString()
}

/** Address of an API path for a plain link or a stream. */
export function apiUrl(path: string, query: Record<string, QueryValue> = {}): string {
  const text = queryText(query)
  return `${base}${path}${text ? `?${text}` : ''}`
}

/** The client of every call; a refused call throws ApiProblem, a lost session is mended and the call goes on. */
export const client = createClient<paths>({
  baseUrl: globalThis.location?.origin ?? '',
  fetch: (request) => tianmuFetch(request),
  querySerializer: queryText,
})

/** Given as `fetch` of one call: do not ask to sign in, the caller handles 401 itself. */
export const quiet = (request: Request): Promise<Response> => tianmuFetch(request, true)

/** Header that refuses the write when the row has another version by now. */
export const ifMatch = (version: number | undefined): Record<string, string> =>
  version === undefined ? {} : { 'If-Match': `"${version}"` }

/** The body of an answered call, as the narrower type that the screens use (types.ts, made from the same schema). */
export async function answer<T>(call: Promise<{ data?: unknown }>): Promise<T> {
  const { data } = await call
  return data as T
}
