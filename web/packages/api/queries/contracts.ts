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
  ContractLineDetail,
  Ledger,
  Settlement,
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

export function useStatements(id: () => string) {
  return useQuery({
    queryKey: computed(() => ['contracts', 'statements', id()]),
    queryFn: ({ signal }) =>
      answer<Settlement[]>(client.GET('/api/v1/contracts/contracts/{contract_id}/statements', { ...of(id()), signal })),
    enabled: () => id() !== '',
  })
}

export type LineAct = 'hear' | 'decide' | 'waive' | 'dispute' | 'withdraw-dispute'

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
