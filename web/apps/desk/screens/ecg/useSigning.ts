// Signing, reviewing, returning and amending: each saves first, asks what the law wants asked, then goes on.
import { computed, ref, type Ref } from 'vue'
import type { Order, ReportDraft, StatementEntry } from '@tianmu/api'
import type { OrderAct } from '@tianmu/api/queries/ecg.ts'
import { formatTime, meaningOf, toast } from '@tianmu/ui'
import { useSession } from '../../stores/session.ts'
import { t } from '../../text/ecg.ts'
import type { useReading } from './useReading.ts'
import { classFor } from './report.ts'

export type Question = 'return' | 'reviewBack' | 'amend' | 'takeOver' | 'void'

interface Parts {
  reading: ReturnType<typeof useReading>
  draft: Ref<ReportDraft>
  library: () => readonly StatementEntry[]
  flush: () => Promise<boolean>
}

function pairsOf(value: unknown): string[] {
  if (!Array.isArray(value)) return []
  return value.map((pair) => (Array.isArray(pair) ? pair.map(String).join(' / ') : JSON.stringify(pair)))
}

function actFor(question: Question, reason: string): OrderAct {
  if (question === 'reviewBack') return { verb: 'review', accept: false, reason }
  return { verb: question === 'takeOver' ? 'take-over' : question, reason }
}

export function useSigning({ reading, draft, library, flush }: Parts) {
  const session = useSession()
  const question = ref<Question | null>(null)
  const contradictions = ref<string[]>([])
  /** From the wish to sign until it is signed, or said why not. */
  const signing = ref(false)

  const questions = computed(() => ({
    return: { title: t.reading.returnReason, note: undefined, presets: t.reading.returnReasons },
    reviewBack: { title: t.reading.reviewBackReason, note: undefined, presets: [] },
    amend: { title: t.reading.amendReason, note: t.reading.amendNote, presets: [] },
    takeOver: { title: t.reading.takeOverReason, note: undefined, presets: [] },
    void: { title: t.reading.voidReason, note: t.reading.voidNote, presets: [] },
  }))
  const asked = computed(() => (question.value ? questions.value[question.value] : null))

  function complete(): boolean {
    if (draft.value.conclusion_class === null)
      draft.value.conclusion_class = classFor(draft.value.conclusion, library())
    if (draft.value.conclusion.length > 0 && draft.value.conclusion_class !== null) return true
    toast(t.reading.missingConclusion, 'warning')
    return false
  }

  async function finished(order: Order | null, state: 'waiting' | 'to_review') {
    if (!order) {
      const problem = reading.problem.value
      if (problem?.code === 'ecg.contradiction') contradictions.value = pairsOf(problem.extra['pairs'])
      else if (problem) toast(t.reading.notSigned(meaningOf(problem)), 'error')
      return
    }
    contradictions.value = []
    toast(order.state === 'to_review' ? t.reading.sentToReview : t.reading.signed)
    if (session.opensNext) await reading.goNext(state)
  }

  /** Why the examination on view cannot be signed. */
  function refusal(): string {
    const { order, heldByOther } = reading
    if (heldByOther.value) return t.reading.locked(heldByOther.value.holder, formatTime(heldByOther.value.since))
    return order.value ? t.states[order.value.state] : t.reading.machineNone
  }

  async function signNow(confirmed: boolean) {
    await reading.settled()
    if (reading.mode.value === 'review') {
      await finished(await reading.run({ verb: 'review', accept: true, reason: '' }), 'to_review')
    } else if (reading.mode.value !== 'write') {
      toast(t.reading.notSigned(refusal()), 'warning')
    } else if (complete()) {
      if (await flush())
        await finished(await reading.run({ verb: 'sign', confirmContradictions: confirmed }), 'waiting')
      else toast(t.reading.notSigned(t.reading.saveFailed), 'error')
    }
  }

  /** A wish to sign waits for what runs (opening, saving) and ends signed or with the reason; never in silence. */
  async function sign(confirmed = false) {
    if (signing.value) return
    signing.value = true
    try {
      await signNow(confirmed)
    } finally {
      signing.value = false
    }
  }

  async function answer(reason: string) {
    if (!question.value) return
    const done = await reading.run(actFor(question.value, reason))
    if (!done) return
    const was = question.value
    question.value = null
    if (was === 'void') toast(t.reading.voided)
    if (was === 'return') await reading.goNext()
    if (was === 'reviewBack') await reading.goNext('to_review')
  }

  async function release() {
    await flush()
    if (await reading.run({ verb: 'release' })) toast(t.reading.released, 'info')
  }
  return { question, asked, contradictions, signing, sign, answer, release }
}
