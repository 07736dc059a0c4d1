// The typed client: paths and bodies come from the generated schema, behaviour from transport.ts.
import { tianmuFetch } from './transport.ts'

export interface CallOptions {
  query?: Record<string, string | number | boolean | null | undefined | readonly string[]>
  body?: unknown
  /** Row version for If-Match. */
  version?: number | undefined
  signal?: AbortSignal | undefined
  /** Do not ask to sign in when the session is missing; the caller handles 401 itself. */
  quiet?: boolean
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

const base = '/api/v1'

/** Address of an API path with its query; empty values are left out, lists repeat their name. */
export function apiUrl(path: string, query: CallOptions['query'] = {}): string {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    if (value === null || value === undefined || value === '') continue
    for (const item of Array.isArray(value) ? value : [value]) search.append(name, String(item))
  }
  const text = search.toString()
  return `${base}${path}${text ? `?${text}` : ''}`
}

function requestOf(method: Method, path: string, options: CallOptions): Request {
  const headers = new Headers()
  if (options.version !== undefined) headers.set('If-Match', `"${options.version}"`)
  const init: RequestInit = { method, headers, signal: options.signal ?? null }
  if (options.body instanceof FormData) init.body = options.body
  else if (options.body !== undefined) {
    headers.set('Content-Type', 'application/json')
    init.body = JSON.stringify(options.body)
  }
  return new Request(new URL(apiUrl(path, options.query), location.origin), init)
}

async function call<T>(method: Method, path: string, options: CallOptions = {}): Promise<T> {
  const response = await tianmuFetch(requestOf(method, path, options), options.quiet)
  if (response.status === 204) return undefined as T
  return response.json()
}

/** Calls that answer JSON, by method. */
export const api = {
  get: <T>(path: string, options?: CallOptions) => call<T>('GET', path, options),
  post: <T>(path: string, options?: CallOptions) => call<T>('POST', path, options),
  put: <T>(path: string, options?: CallOptions) => call<T>('PUT', path, options),
  patch: <T>(path: string, options?: CallOptions) => call<T>('PATCH', path, options),
  delete: <T>(path: string, options?: CallOptions) => call<T>('DELETE', path, options),
}

/** Bytes of a binary answer (signals, PDF). */
export async function apiBytes(path: string, options: CallOptions = {}): Promise<ArrayBuffer> {
  const response = await tianmuFetch(requestOf('GET', path, options), options.quiet)
  return response.arrayBuffer()
}
