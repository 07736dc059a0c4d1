// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { ref } from 'vue'
import { createPinia, setActivePinia } from 'pinia'
import { ApiProblem, type Order, type ReportDraft } from '@tianmu/api'
import { useSigning } from './useSigning.ts'
import type { ReadingMode, useReading } from './useReading.ts'

const toast = vi.hoisted(() => vi.fn<(text: string, kind?: string) => void>())
vi.mock('@tianmu/ui', async (load) => ({ ...(await load<typeof import('@tianmu/ui')>()), toast }))

const wording: ReportDraft = {
  findings: '窦性心律',
  conclusion: [{ code: 'sinus_rhythm', text: '窦性心律' }],
  conclusion_class: 'normal',
  advice: '',
}

function room() {
  const mode = ref<ReadingMode>('write')
  const problem = ref<ApiProblem | null>(null)
  const draft = ref<ReportDraft>({ ...wording })
  const run = vi.fn<(act: { verb: string }) => Promise<Order | null>>()
  run.mockResolvedValue({ state: 'signed' } as Order)
  const flush = vi.fn<() => Promise<boolean>>().mockResolvedValue(true)
  let settle = () => {}
  const waited = new Promise<void>((resolve) => (settle = resolve))
  const settled = vi.fn<() => Promise<boolean>>().mockResolvedValue(false)
  const reading = {
    mode,
    problem,
    run,
    settled,
    heldByOther: ref(null),
    order: ref({ state: 'waiting' }),
    goNext: vi.fn<() => Promise<void>>().mockResolvedValue(),
  } as unknown as ReturnType<typeof useReading>
  const signing = useSigning({ reading, draft, library: () => [], flush })
  const told = () => toast.mock.calls.map(([text]) => text)
  return { mode, problem, draft, run, flush, settled, waited, settle, signing, told }
}

describe('a wish to sign', () => {
  beforeEach(() => setActivePinia(createPinia()))
  afterEach(() => toast.mockReset())

  test('waits until the order is open, then signs', async () => {
    const { mode, run, settled, waited, settle, signing, told } = room()
    mode.value = 'read'
    settled.mockReturnValue(waited.then(() => false))
    const signed = signing.sign()
    expect(signing.signing.value).toBe(true)
    expect(run).not.toHaveBeenCalled()
    mode.value = 'write'
    settle()
    await signed
    expect(run).toHaveBeenCalledExactlyOnceWith({ verb: 'sign', confirmContradictions: false })
    expect(told()).toEqual(['已签发'])
    expect(signing.signing.value).toBe(false)
  })

  test('waits for a save that runs, and twice pressed signs once', async () => {
    const { run, flush, waited, settle, signing } = room()
    flush.mockReturnValue(waited.then(() => true))
    const signed = Promise.all([signing.sign(), signing.sign()])
    await vi.waitFor(() => expect(flush).toHaveBeenCalledOnce())
    expect(run).not.toHaveBeenCalled()
    settle()
    await signed
    expect(run).toHaveBeenCalledOnce()
  })

  test('is told why it cannot be: not open, not saved, refused, nothing written', async () => {
    const { mode, problem, draft, run, flush, signing, told } = room()
    mode.value = 'read'
    await signing.sign()
    mode.value = 'write'
    flush.mockResolvedValueOnce(false)
    await signing.sign()
    run.mockImplementationOnce(() => {
      problem.value = new ApiProblem({ status: 409, title: 'no', code: 'x', detail: '别人正在诊断' })
      return Promise.resolve(null)
    })
    await signing.sign()
    draft.value = { ...wording, conclusion: [] }
    await signing.sign()
    expect(told()).toEqual([
      '未签发：待诊断',
      '未签发：保存失败，内容保留在本机',
      '未签发：别人正在诊断',
      '请至少填写一条结论和结论分类',
    ])
  })
})
