// Signing, reviewing, returning and amending: each saves first, asks what the law wants asked, then goes on.
import { computed, ref, type Ref } from 'vue'
import type { Order, ReportDraft, StatementEntry } from '@tianmu/api'
import type { OrderAct } from '@tianmu/api/queries/ecg.ts'
import { toast } from '@tianmu/ui'
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
      if (reading.problem.value?.code === 'ecg.contradiction')
        contradictions.value = pairsOf(reading.problem.value.extra['pairs'])
      return
    }
    contradictions.value = []
    toast(order.state === 'to_review' ? t.reading.sentToReview : t.reading.signed)
    if (session.opensNext) await reading.goNext(state)
  }

  async function sign(confirmed = false) {
    if (reading.mode.value === 'review') {
      await finished(await reading.run({ verb: 'review', accept: true, reason: '' }), 'to_review')
    } else if (reading.mode.value === 'write' && complete()) {
      if (!(await flush())) return toast(t.reading.saveFailed, 'error')
      await finished(await reading.run({ verb: 'sign', confirmContradictions: confirmed }), 'waiting')
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
  return { question, asked, contradictions, sign, answer, release }
}
