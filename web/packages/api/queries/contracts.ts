// The service contract: ledger, obligations, statements.
import { useMutation, useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed } from 'vue'
import { answer, apiUrl, client } from '../client.ts'
import type { CursorPage } from '../query.ts'
import type {
  BoardRow,
  Contract,
  ContractDetail,
  ContractDuty,
  ContractEvidence,
  ContractExtra,
  ContractLineDetail,
  ContractParty,
  ContractPartyDraft,
  ContractPayment,
  DutyInstance,
  Ledger,
  Settlement,
  SettlementDetail,
} from '../service-types.ts'

const of = (id: string) => ({ params: { path: { contract_id: id } } })

export function useContracts() {
  return useQuery({
    queryKey: ['contracts', 'all'],
    queryFn: ({ signal }) =>
      answer<CursorPage<Contract>>(client.GET('/api/v1/contracts/contracts', { params: { query: {} }, signal })),
  })
}

export function useContract(id: () => string) {
  return useQuery({
    queryKey: computed(() => ['contracts', 'one', id()]),
    queryFn: ({ signal }) =>
      answer<ContractDetail>(client.GET('/api/v1/contracts/contracts/{contract_id}', { ...of(id()), signal })),
    enabled: () => id() !== '',
  })
}

export function useLedger(id: () => string, year: () => number | null) {
  return useQuery({
    queryKey: computed(() => ['contracts', 'ledger', id(), year()]),
    queryFn: ({ signal }) =>
      answer<Ledger>(
        client.GET('/api/v1/contracts/contracts/{contract_id}/ledger', {
          params: { path: { contract_id: id() }, query: { year: year() } },
          signal,
        }),
      ),
    enabled: () => id() !== '',
  })
}

export function useLine(id: () => string, line: () => string) {
  return useQuery({
    queryKey: computed(() => ['contracts', 'line', line()]),
    queryFn: ({ signal }) =>
      answer<ContractLineDetail>(
        client.GET('/api/v1/contracts/contracts/{contract_id}/lines/{line_id}', {
          params: { path: { contract_id: id(), line_id: line() } },
          signal,
        }),
      ),
    enabled: () => line() !== '',
  })
}

export function useBoard(id: () => string) {
  return useQuery({
    queryKey: computed(() => ['contracts', 'board', id()]),
    queryFn: ({ signal }) =>
      answer<{ year: number; rows: BoardRow[] }>(
        client.GET('/api/v1/contracts/contracts/{contract_id}/board', {
          params: { path: { contract_id: id() }, query: {} },
          signal,
        }),
      ),
    enabled: () => id() !== '',
  })
}

export interface DutyFilter {
  since?: string
  until?: string
  obligation?: string
  open?: boolean
}

export function useDuties(id: () => string, filter: () => DutyFilter) {
  return useQuery({
    queryKey: computed(() => ['contracts', 'duties', id(), filter()]),
    queryFn: ({ signal }) =>
      answer<CursorPage<DutyInstance>>(
        client.GET('/api/v1/contracts/contracts/{contract_id}/duties', {
          params: { path: { contract_id: id() }, query: { limit: 200, ...filter() } },
          signal,
        }),
      ),
    enabled: () => id() !== '',
  })
}

export function useDuty(id: () => string) {
  return useQuery({
    queryKey: computed(() => ['contracts', 'duty', id()]),
    queryFn: ({ signal }) =>
      answer<ContractDuty>(
        client.GET('/api/v1/contracts/duties/{duty_id}', { params: { path: { duty_id: id() } }, signal }),
      ),
    enabled: () => id() !== '',
  })
}

export type EvidenceOf = 'fact' | 'duty' | 'notice' | 'renewal'

export function useEvidence(id: () => string, of: () => EvidenceOf, key: () => string) {
  return useQuery({
    queryKey: computed(() => ['contracts', 'evidence', of(), key()]),
    queryFn: ({ signal }) =>
      answer<ContractEvidence[]>(
        client.GET('/api/v1/contracts/contracts/{contract_id}/evidence', {
          params: { path: { contract_id: id() }, query: { of: of(), of_id: key() } },
          signal,
        }),
      ),
    enabled: () => id() !== '' && key() !== '',
  })
}

export function usePayments(id: () => string, year: () => number) {
  return useQuery({
    queryKey: computed(() => ['contracts', 'payments', id(), year()]),
    queryFn: ({ signal }) =>
      answer<ContractPayment[]>(
        client.GET('/api/v1/contracts/contracts/{contract_id}/payments', {
          params: { path: { contract_id: id() }, query: { year: year() } },
          signal,
        }),
      ),
    enabled: () => id() !== '',
  })
}

export function useExtras(id: () => string) {
  return useQuery({
    queryKey: computed(() => ['contracts', 'extras', id()]),
    queryFn: ({ signal }) =>
      answer<ContractExtra[]>(client.GET('/api/v1/contracts/contracts/{contract_id}/extras', { ...of(id()), signal })),
    enabled: () => id() !== '',
  })
}

export function useStatement(id: () => string) {
  return useQuery({
    queryKey: computed(() => ['contracts', 'statement', id()]),
    queryFn: ({ signal }) =>
      answer<SettlementDetail>(
        client.GET('/api/v1/contracts/statements/{statement_id}', { params: { path: { statement_id: id() } }, signal }),
      ),
    enabled: () => id() !== '',
  })
}

export function useStatements(id: () => string) {
  return useQuery({
    queryKey: computed(() => ['contracts', 'statements', id()]),
    queryFn: ({ signal }) =>
      answer<Settlement[]>(client.GET('/api/v1/contracts/contracts/{contract_id}/statements', { ...of(id()), signal })),
    enabled: () => id() !== '',
  })
}

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
  line: (id: string, line: string, act: LineAct, text: string) =>
    answer<ContractLineDetail>(
      client.POST(`/api/v1/contracts/contracts/{contract_id}/lines/{line_id}/${act}`, {
        params: { path: { contract_id: id, line_id: line } },
        body: { text },
      }),
    ),
  answerDispute: (id: string, line: string, accept: boolean, text: string) =>
    answer<ContractLineDetail>(
      client.POST('/api/v1/contracts/contracts/{contract_id}/lines/{line_id}/answer-dispute', {
        params: { path: { contract_id: id, line_id: line } },
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
  draft: (id: string, instalment: number, year: number) =>
    answer(
      client.POST('/api/v1/contracts/contracts/{contract_id}/statements', {
        ...of(id),
        body: { instalment, year },
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

export const statementUrl = (id: string, form: 'pdf' | 'xlsx' | 'json') =>
  apiUrl(`/contracts/statements/${id}/statement.${form}`, { client: 'desk' })
export const archiveUrl = (id: string, year: number) =>
  apiUrl(`/contracts/contracts/${id}/archive`, { client: 'desk', year })
export const evidenceUrl = (id: string) => apiUrl(`/contracts/evidence/${id}/file`, { client: 'desk' })

/** Run an act, then read everything of the contract again. */
export function useContractAct() {
  const cache = useQueryClient()
  return useMutation({
    mutationFn: (act: () => Promise<unknown>) => act(),
    onSettled: () => cache.invalidateQueries({ queryKey: ['contracts'] }),
  })
}
