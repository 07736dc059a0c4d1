// Sends the queue in order, one at a time, one tab at a time; each examination under the same key until the server has it.
import { ApiProblem, asProblem, networkProblem, type ImportResult } from '@tianmu/api'
import { tianmuFetch } from '@tianmu/api/transport.ts'
import { filesOf, save, type Item, type Refusal } from './queue.ts'
import { multipartBody } from './multipart.ts'
import { nextTryMs, outcomeOf, type Outcome } from './rules.ts'

const path = '/api/v1/ecg/imports'

/** The fields beside the files, as the door of recordings takes them. */
export function fieldsOf(item: Item): Record<string, string> {
  const { sending } = item
  const person = sending.person
  const written = person && !person.id && !sending.orderId
  return {
    order_id: sending.orderId,
    patient_id: sending.orderId ? '' : (person?.id ?? ''),
    urgency: sending.urgency,
    department: sending.department,
    requested_by: sending.requestedBy,
    clinical_note: sending.clinicalNote,
    closed_reason: sending.closedReason,
    device_time: sending.acquiredAt,
    quality_reason: sending.qualityReason,
    ...(written
      ? {
          person_name: person.name,
          person_sex: person.sex,
          person_birth_date: person.birthDate,
          person_id_number: person.idNumber,
          person_phone: person.phone,
        }
      : {}),
  }
}

export type Post = (item: Item) => Promise<ImportResult>

/** One request; a refusal throws ApiProblem, no answer throws one of status 0. */
export const postItem: Post = async (item) => {
  const files = await filesOf(item)
  const parts = item.sending.files.map(({ name }, index) => ({
    name: 'file',
    filename: name,
    bytes: files[index] ?? new Uint8Array(),
  }))
  const body = multipartBody(`tianmu-${item.id}`, fieldsOf(item), parts)
  const request = new Request(path, {
    method: 'POST',
    body,
    headers: { 'Idempotency-Key': `${item.id}.${item.revision}`, 'Content-Type': body.type },
  })
  const response = await tianmuFetch(request, true)
  return (await response.json().catch(() => {
    throw networkProblem('The answer was cut off')
  })) as ImportResult
}

const refusalOf = (problem: ApiProblem): Refusal => ({
  status: problem.status,
  code: problem.code ?? '',
  title: problem.title,
  detail: problem.detail ?? '',
  traceId: problem.traceId ?? '',
})

/** Send one and write down what became of it. */
export async function sendItem(item: Item, post: Post, now: () => number): Promise<{ item: Item; outcome: Outcome }> {
  const sending: Item = { ...item, state: 'sending', tries: item.tries + 1 }
  await save(sending)
  try {
    const { order, duplicate } = await post(sending)
    const receipt = { orderId: order.id, number: order.number, duplicate }
    const sent: Item = { ...sending, state: 'sent', sentAtMs: now(), refusal: null, receipt }
    await save(sent)
    return { item: sent, outcome: 'sent' }
  } catch (error) {
    const problem = asProblem(error)
    const outcome = outcomeOf(problem.status, problem.code)
    const state = outcome === 'failed' ? 'failed' : 'waiting'
    const nextAtMs = outcome === 'later' ? nextTryMs(now(), sending.tries) : now()
    const after: Item = { ...sending, state, nextAtMs, refusal: refusalOf(problem) }
    await save(after)
    return { item: after, outcome }
  }
}
