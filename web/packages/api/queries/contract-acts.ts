// What may be done from the contract page: fines, payments, quotations, notices, evidence, statements.
import { answer, client } from '../client.ts'
import type {
  Contract,
  ContractDetail,
  ContractDuty,
  ContractEvidence,
  ContractExtra,
  ContractFact,
  ContractLineDetail,
  ContractParty,
  ContractPartyDraft,
  DutyInstance,
} from '../service-types.ts'

const of = (id: string) => ({ params: { path: { contract_id: id } } })

export type EvidenceOf = 'fact' | 'duty' | 'notice' | 'renewal'
export type LineAct = 'hear' | 'decide' | 'waive' | 'dispute' | 'withdraw-dispute'

export type Outcome = 'signed' | 'refused' | 'undeliverable'
export interface ExcuseDraft {
  year: number
  instalment: number
  first: string
  last: string
  cause: 'party_b' | 'force_majeure' | 'fiscal'
}

/** What may be done from the contract page. */
export const contractActs = {
  line: (id: string, year: number, line: string, act: LineAct, text: string) =>
    answer<ContractLineDetail>(
      client.POST(`/api/v1/contracts/contracts/{contract_id}/lines/{line_id}/${act}`, {
        params: { path: { contract_id: id, line_id: line }, query: { year } },
        body: { text },
      }),
    ),
  answerDispute: (id: string, year: number, line: string, accept: boolean, text: string) =>
    answer<ContractLineDetail>(
      client.POST('/api/v1/contracts/contracts/{contract_id}/lines/{line_id}/answer-dispute', {
        params: { path: { contract_id: id, line_id: line }, query: { year } },
        body: { accept, text },
      }),
    ),
  certificate: (id: string, name: string, expires: string) =>
    answer<DutyInstance>(
      client.POST('/api/v1/contracts/contracts/{contract_id}/certificates', {
        ...of(id),
        body: { name, expires_on: expires },
      }),
    ),
  pay: (id: string, year: number, instalment: number, date: string, amount: string) =>
    answer<{ id: string }>(
      client.POST('/api/v1/contracts/contracts/{contract_id}/payments', {
        ...of(id),
        body: { year, instalment, date, amount },
      }),
    ),
  excuse: (id: string, body: ExcuseDraft) =>
    answer(client.POST('/api/v1/contracts/contracts/{contract_id}/payments/excuse', { ...of(id), body })),
  quote: (id: string, year: number, title: string, amount: string) =>
    answer<ContractExtra>(
      client.POST('/api/v1/contracts/contracts/{contract_id}/extras', { ...of(id), body: { year, title, amount } }),
    ),
  decideExtra: (id: string, event: string, approve: boolean, reason: string) =>
    answer<ContractExtra>(
      client.POST('/api/v1/contracts/contracts/{contract_id}/extras/{event}/decide', {
        params: { path: { contract_id: id, event } },
        body: { approve, reason },
      }),
    ),
  holiday: (id: string, event: string, amount: string, reason: string) =>
    answer(
      client.POST('/api/v1/contracts/contracts/{contract_id}/holiday-calls/{event}', {
        params: { path: { contract_id: id, event } },
        body: { amount, reason },
      }),
    ),
  notice: (id: string, side: 'A' | 'B', posted: string, text: string) =>
    answer<Contract>(
      client.POST('/api/v1/contracts/contracts/{contract_id}/notices', {
        ...of(id),
        body: { side, posted_on: posted, text },
      }),
    ),
  delivery: (id: string, notice: string, outcome: Outcome, signed: string | null) =>
    answer<Contract>(
      client.POST('/api/v1/contracts/contracts/{contract_id}/notices/{notice_id}/delivery', {
        params: { path: { contract_id: id, notice_id: notice } },
        body: { outcome, signed_on: signed },
      }),
    ),
  renew: (id: string, year: number, signed: string) =>
    answer<Contract>(
      client.POST('/api/v1/contracts/contracts/{contract_id}/renewals', {
        ...of(id),
        body: { year, signed_on: signed },
      }),
    ),
  end: (id: string, ended: string, reason: string) =>
    answer<Contract>(
      client.POST('/api/v1/contracts/contracts/{contract_id}/end', { ...of(id), body: { ended_on: ended, reason } }),
    ),
  create: (title: string, terms: Record<string, unknown>, reason: string) =>
    answer<ContractDetail>(client.POST('/api/v1/contracts/contracts', { body: { title, terms, reason } })),
  terms: (id: string, terms: Record<string, unknown>, fromYear: number, reason: string) =>
    answer<ContractDetail>(
      client.PUT('/api/v1/contracts/contracts/{contract_id}/terms', {
        ...of(id),
        body: { terms, from_year: fromYear, reason },
      }),
    ),
  readings: (id: string, values: Record<string, unknown>, reason: string) =>
    answer<ContractDetail>(
      client.PUT('/api/v1/contracts/contracts/{contract_id}/readings', { ...of(id), body: { values, reason } }),
    ),
  party: (id: string, side: 'A' | 'B', body: ContractPartyDraft) =>
    answer(
      client.PUT('/api/v1/contracts/contracts/{contract_id}/parties/{side}', {
        params: { path: { contract_id: id, side } },
        body,
      }),
    ),
  reveal: (id: string, side: 'A' | 'B', reason: string) =>
    answer<ContractParty>(
      client.POST('/api/v1/contracts/contracts/{contract_id}/parties/{side}/reveal', {
        params: { path: { contract_id: id, side } },
        body: { text: reason },
      }),
    ),
  feed: (id: string) => answer<{ path: string }>(client.POST('/api/v1/contracts/contracts/{contract_id}/feed', of(id))),
  fact: (id: string, event: Record<string, unknown>, reason: string) =>
    answer(client.POST('/api/v1/contracts/contracts/{contract_id}/facts', { ...of(id), body: { event, reason } })),
  withdrawFact: (id: string, event: string, reason: string) =>
    answer<ContractFact>(
      client.POST('/api/v1/contracts/contracts/{contract_id}/facts/{event}/withdraw', {
        params: { path: { contract_id: id, event } },
        body: { text: reason },
      }),
    ),
  upload: (id: string, what: EvidenceOf, key: string, file: File, note: string) => {
    const form = new FormData()
    form.set('of', what)
    form.set('of_id', key)
    form.set('note', note)
    form.set('file', file)
    return answer<ContractEvidence>(
      client.POST('/api/v1/contracts/contracts/{contract_id}/evidence', {
        ...of(id),
        body: form as never,
        bodySerializer: (body: unknown) => body as FormData,
      }),
    )
  },
  fulfil: (duty: string, note: string) =>
    answer<ContractDuty>(
      client.POST('/api/v1/contracts/duties/{duty_id}/fulfil', { params: { path: { duty_id: duty } }, body: { note } }),
    ),
  enter: (id: string, obligation: string, on: string, note: string) =>
    answer<DutyInstance>(
      client.POST('/api/v1/contracts/contracts/{contract_id}/obligations/{obligation}/entries', {
        params: { path: { contract_id: id, obligation } },
        body: { on, note },
      }),
    ),
  /** A statement of an instalment; one that corrects a signed one names it. */
  draft: (id: string, instalment: number, year: number, corrects: string | null = null) =>
    answer(
      client.POST('/api/v1/contracts/contracts/{contract_id}/statements', {
        ...of(id),
        body: { instalment, year, corrects },
      }),
    ),
  withdrawSignature: (statement: string, reason: string) =>
    answer(
      client.POST('/api/v1/contracts/statements/{statement_id}/withdraw-signature', {
        params: { path: { statement_id: statement } },
        body: { text: reason },
      }),
    ),
  sign: (statement: string) =>
    answer(
      client.POST('/api/v1/contracts/statements/{statement_id}/sign', {
        params: { path: { statement_id: statement } },
        body: { title: '' },
      }),
    ),
}
