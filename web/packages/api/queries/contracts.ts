// The service contract: ledger, obligations, statements.
import { useMutation, useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed } from 'vue'
import { answer, apiUrl, client } from '../client.ts'
import { useCursorList, type CursorPage } from '../query.ts'
import type { EvidenceOf } from './contract-acts.ts'
import type {
  BoardRow,
  Contract,
  ContractDetail,
  ContractDuty,
  ContractEvidence,
  ContractExtra,
  ContractFact,
  ContractLineDetail,
  ContractPayment,
  DutyInstance,
  Ledger,
  ServiceFigures,
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

export function useLine(id: () => string, line: () => string, year: () => number) {
  return useQuery({
    queryKey: computed(() => ['contracts', 'line', line(), year()]),
    queryFn: ({ signal }) =>
      answer<ContractLineDetail>(
        client.GET('/api/v1/contracts/contracts/{contract_id}/lines/{line_id}', {
          params: { path: { contract_id: id(), line_id: line() }, query: { year: year() } },
          signal,
        }),
      ),
    enabled: () => line() !== '',
  })
}

export function useBoard(id: () => string, year: () => number) {
  return useQuery({
    queryKey: computed(() => ['contracts', 'board', id(), year()]),
    queryFn: ({ signal }) =>
      answer<{ year: number; rows: BoardRow[] }>(
        client.GET('/api/v1/contracts/contracts/{contract_id}/board', {
          params: { path: { contract_id: id() }, query: { year: year() } },
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

/** Every revision of the facts of a contract, the newest first; of one kind when it is named. */
export function useFacts(id: () => string, kind: () => string) {
  return useCursorList<ContractFact>(
    () => ['contracts', 'facts', id(), kind()],
    (cursor, signal) =>
      answer<CursorPage<ContractFact>>(
        client.GET('/api/v1/contracts/contracts/{contract_id}/facts', {
          params: { path: { contract_id: id() }, query: { type: kind(), ...(cursor ? { cursor } : {}) } },
          signal,
        }),
      ),
  )
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

/** The desk's figures of a span of time: who reported how much, how the sub-systems ran. */
export function useServiceFigures(since: () => string, until: () => string, allowed: () => boolean) {
  return useQuery({
    queryKey: computed(() => ['contracts', 'figures', since(), until()]),
    queryFn: ({ signal }) =>
      answer<ServiceFigures>(
        client.GET('/api/v1/servicedesk/figures', { params: { query: { since: since(), until: until() } }, signal }),
      ),
    enabled: () => allowed() && since() !== '',
  })
}

export { contractActs } from './contract-acts.ts'
export type { EvidenceOf, ExcuseDraft, LineAct, Outcome } from './contract-acts.ts'

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
