// Typed errors of the server (RFC 9457 problem+json) and of the network.

interface ProblemBody {
  title?: unknown
  status?: unknown
  detail?: unknown
  code?: unknown
  field_errors?: unknown
  trace_id?: unknown
  right?: unknown
  holder?: unknown
}

export interface ProblemFacts {
  title: string
  status: number
  detail?: string | undefined
  code?: string | undefined
  traceId?: string | undefined
  fieldErrors?: Record<string, string> | undefined
  right?: string | undefined
  holder?: string | undefined
  extra?: Record<string, unknown> | undefined
}

/** A refused or failed call. `status` 0 means that no answer came. */
export class ApiProblem extends Error implements ProblemFacts {
  readonly title: string
  readonly status: number
  readonly detail: string | undefined
  readonly code: string | undefined
  readonly traceId: string | undefined
  readonly fieldErrors: Record<string, string> | undefined
  readonly right: string | undefined
  readonly holder: string | undefined
  readonly extra: Record<string, unknown>

  constructor(facts: ProblemFacts) {
    super(facts.title)
    this.name = 'ApiProblem'
    this.title = facts.title
    this.status = facts.status
    this.detail = facts.detail
    this.code = facts.code
    this.traceId = facts.traceId
    this.fieldErrors = facts.fieldErrors
    this.right = facts.right
    this.holder = facts.holder
    this.extra = facts.extra ?? {}
  }
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

function textRecord(value: unknown): Record<string, string> | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, String(item)]))
}

function isObject(value: unknown): value is Record<string, unknown> & ProblemBody {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Read a refused answer; a body that is not a problem document still gives status and trace id. */
export async function problemFrom(response: Response): Promise<ApiProblem> {
  const raw: unknown = await response.json().catch(() => null)
  const body = isObject(raw) ? raw : {}
  return new ApiProblem({
    title: text(body.title) ?? `HTTP ${response.status}`,
    status: response.status,
    detail: text(body.detail),
    code: text(body.code),
    traceId: text(body.trace_id) ?? response.headers.get('X-Trace-Id') ?? undefined,
    fieldErrors: textRecord(body.field_errors),
    right: text(body.right),
    holder: text(body.holder),
    extra: body,
  })
}

export function networkProblem(title: string): ApiProblem {
  return new ApiProblem({ title, status: 0, code: 'client.network' })
}

/** Any thrown thing as a problem to show. */
export function asProblem(error: unknown): ApiProblem {
  if (error instanceof ApiProblem) return error
  return new ApiProblem({
    title: error instanceof Error ? error.message : String(error),
    status: -1,
    code: 'client.fault',
  })
}
