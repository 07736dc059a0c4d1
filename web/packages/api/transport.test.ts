// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { answer as told, apiUrl, client, ifMatch, quiet } from './client.ts'
import { ApiProblem } from './errors.ts'
import { sessionGate, sessionRestored } from './session.ts'
import { configureTransport } from './transport.ts'

const sent: Request[] = []

function answer(...responses: Array<() => Response | Promise<never>>) {
  const queue = [...responses]
  vi.stubGlobal(
    'fetch',
    vi.fn(async (request: Request) => {
      sent.push(request)
      const next = queue.shift()
      if (!next) throw new Error('no more answers')
      return next()
    }),
  )
}

const json =
  (body: unknown, status = 200) =>
  () =>
    new Response(JSON.stringify(body), { status })
const problem = (status: number, code: string) => json({ title: 'refused', status, code, trace_id: 't-1' }, status)

const sign = () =>
  client.POST('/api/v1/ecg/orders/{order_id}/sign', {
    params: { path: { order_id: '1' } },
    body: { confirm_contradictions: true },
  })
const signIn = () => client.POST('/api/v1/access/sign-in', { body: { login: 'a', password: 'b' }, fetch: quiet })

beforeEach(() => {
  sent.length = 0
  configureTransport('desk', 'no network')
  sessionGate.need = null
})

afterEach(() => vi.unstubAllGlobals())

test('a read carries the client name and no idempotency key', async () => {
  answer(json({ ok: true }))
  await expect(told(client.GET('/api/v1/access/me'))).resolves.toEqual({ ok: true })
  expect(sent[0]?.headers.get('X-Tianmu-Client')).toBe('desk')
  expect(sent[0]?.headers.has('Idempotency-Key')).toBe(false)
})

test('a write carries a key and the row version', async () => {
  answer(json({}))
  const path = { order_id: '1' }
  const body = { findings: 'x', conclusion_class: 'normal', advice: '' }
  await client.PUT('/api/v1/ecg/orders/{order_id}/draft', { params: { path }, body, headers: ifMatch(7) })
  expect(sent[0]?.headers.get('Idempotency-Key')).toMatch(/^[0-9a-f-]{36}$/)
  expect(sent[0]?.headers.get('If-Match')).toBe('"7"')
  expect(await sent[0]?.text()).toContain('"findings":"x"')
})

test('a refused call is a typed problem', async () => {
  answer(json({ title: 'No', code: 'ecg.locked', detail: 'held', trace_id: 'abc', field_errors: { name: 'bad' } }, 409))
  const error = await client
    .POST('/api/v1/ecg/orders/{order_id}/open', { params: { path: { order_id: '1' } } })
    .catch((caught: unknown) => caught)
  expect(error).toBeInstanceOf(ApiProblem)
  expect(error).toMatchObject({ status: 409, code: 'ecg.locked', traceId: 'abc', fieldErrors: { name: 'bad' } })
})

test('a write is sent once when it fails', async () => {
  answer(problem(503, 'api.busy'))
  await expect(sign()).rejects.toMatchObject({ status: 503 })
  expect(sent).toHaveLength(1)
})

test('a lost session opens the gate; after signing in the same call goes on with the same key', async () => {
  answer(problem(401, 'access.not_signed_in'), json({ done: true }))
  const pending = told(sign())
  await vi.waitFor(() => expect(sessionGate.need).toBe('again'))
  sessionRestored()
  await expect(pending).resolves.toEqual({ done: true })
  expect(sent[1]?.headers.get('Idempotency-Key')).toBe(sent[0]?.headers.get('Idempotency-Key'))
  expect(await sent[1]?.text()).toBe('{"confirm_contradictions":true}')
})

test("a locked session asks to unlock, a failed sign-in is the caller's", async () => {
  answer(problem(423, 'access.session_locked'), json({}))
  const pending = client.GET('/api/v1/ecg/orders')
  await vi.waitFor(() => expect(sessionGate.need).toBe('unlock'))
  sessionRestored()
  await pending
  answer(problem(401, 'access.sign_in_failed'))
  await expect(signIn()).rejects.toMatchObject({ code: 'access.sign_in_failed' })
  expect(sessionGate.need).toBeNull()
})

test('no answer at all is a problem with status 0', async () => {
  answer(() => Promise.reject(new TypeError('Failed to fetch')))
  await expect(told(client.GET('/api/v1/access/me'))).rejects.toMatchObject({ status: 0, title: 'no network' })
})

test('queries leave out what is empty and repeat lists', () => {
  expect(apiUrl('/ecg/orders', { state: ['waiting', 'signed'], search: '', unit: undefined, limit: 50 })).toBe(
    '/api/v1/ecg/orders?state=waiting&state=signed&limit=50',
  )
})
