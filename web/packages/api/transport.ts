// Every call to the server passes here: client header, idempotency key, session gate, problems as typed errors.
import { ApiProblem, networkProblem, problemFrom } from './errors.ts'
import { waitForSession, type SessionNeed } from './session.ts'
import { uuidv7 } from './uuid.ts'

export type ClientName = 'desk' | 'point' | 'resident' | 'wall'

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS'])
/** Codes of 401 that a new sign-in would not cure, or that the caller shows itself. */
const ownSignInCodes = new Set(['access.sign_in_failed'])

let clientName: ClientName = 'desk'
let networkText = 'The server cannot be reached'

/** Name the app once at start; `networkTitle` is shown when no answer comes. */
export function configureTransport(client: ClientName, networkTitle: string): void {
  clientName = client
  networkText = networkTitle
}

export function currentClient(): ClientName {
  return clientName
}

function prepared(request: Request): Request {
  const headers = new Headers(request.headers)
  headers.set('X-Tianmu-Client', clientName)
  if (!safeMethods.has(request.method) && !headers.has('Idempotency-Key')) headers.set('Idempotency-Key', uuidv7())
  return new Request(request, { headers, credentials: 'same-origin' })
}

async function send(request: Request): Promise<Response> {
  try {
    return await fetch(request)
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error
    throw networkProblem(networkText)
  }
}

function needOf(problem: ApiProblem): SessionNeed | null {
  if (problem.status === 423 && problem.code === 'access.session_locked') return 'unlock'
  if (problem.status === 401 && !ownSignInCodes.has(problem.code ?? '')) return 'again'
  return null
}

/** Send a request; a lost or locked session is mended by the person and the same call (same key) sent again. */
export async function tianmuFetch(original: Request, quiet = false): Promise<Response> {
  const request = prepared(original)
  for (;;) {
    const response = await send(request.clone())
    if (response.ok) return response
    const problem = await problemFrom(response)
    const need = quiet ? null : needOf(problem)
    if (!need) throw problem
    await waitForSession(need)
  }
}
