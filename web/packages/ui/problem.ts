// What a refused or failed call tells the person: the shape every problem display reads.
import { shallowReactive } from 'vue'
import { problems, t } from './text/index.ts'

/** Set when somebody wants to state her purpose from a refusal; the app's frame shows the form. */
export const purposeWish = shallowReactive({ open: false })

export interface ProblemView {
  title: string
  status: number
  detail?: string | undefined
  code?: string | undefined
  traceId?: string | undefined
  fieldErrors?: Record<string, string> | undefined
  right?: string | undefined
  holder?: string | undefined
  /** What only some refusals say, such as the roles that hold the missing right. */
  extra?: Record<string, unknown> | undefined
}

/** The roles that hold the missing right, as the server names them. */
export function rolesOf(problem: ProblemView): string[] {
  const roles = problem.extra?.['roles']
  return Array.isArray(roles) ? roles.map(String) : []
}

/** What happened, in the reader's language; the server's own sentence only for a code that no catalogue knows. */
export function meaningOf(problem: ProblemView): string {
  const known = problem.code === undefined ? undefined : problems[problem.code]
  return known?.what ?? problem.detail ?? problem.title
}

/** The sentence that says what to do: by code, else by status. */
export function adviceFor(problem: ProblemView): string {
  const known = problem.code === undefined ? undefined : problems[problem.code]
  if (known) return known.todo
  const advice = t.problem.advice
  if (problem.status === 0) return advice.network
  if (problem.status === 401 || problem.status === 423) return advice.unauthorized
  if (problem.status === 403) return advice.forbidden
  if (problem.status === 404 || problem.status === 410) return advice.notFound
  if (problem.status === 409 || problem.status === 412) return advice.conflict
  if (problem.status === 429) return advice.tooMany
  return problem.status >= 500 ? advice.server : advice.invalid
}
