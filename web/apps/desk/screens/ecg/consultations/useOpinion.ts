// The expert's opinion while it is written: saved 4 s after a change; what was changed elsewhere is shown, never lost.
import { onBeforeUnmount, ref, watch } from 'vue'
import { asProblem } from '@tianmu/api'
import {
  saveOpinion,
  type ConsultationDetail,
  type Opinion,
  type OpinionDraft,
} from '@tianmu/api/queries/consultations.ts'
import { useDraft } from '@tianmu/ui'

const saveAfterMs = 4000

export type OpinionSaving = 'clean' | 'dirty' | 'saving' | 'saved' | 'failed'

const emptyOpinion = (): OpinionDraft => ({ text: '', conclusion: [], advice: '', stance: '' })
const same = (a: OpinionDraft, b: OpinionDraft) => JSON.stringify(a) === JSON.stringify(b)

function draftOf(opinion: Pick<Opinion, keyof OpinionDraft> | null): OpinionDraft {
  if (!opinion) return emptyOpinion()
  const { text, conclusion, advice, stance } = opinion
  return { text, conclusion: conclusion.map((line) => ({ ...line })), advice, stance }
}

/** The opinion of the one who looks. */
function ownOf(found: ConsultationDetail | undefined): Opinion | null {
  const mine = found?.experts.find((one) => one.mine)
  return (mine && found?.opinions[mine.id]) ?? null
}

function isOpinion(value: unknown): value is OpinionDraft {
  return typeof value === 'object' && value !== null && 'text' in value && 'conclusion' in value && 'stance' in value
}

export function useOpinion(id: string, detail: () => ConsultationDetail | undefined, writable: () => boolean) {
  const draft = ref<OpinionDraft>(emptyOpinion())
  const saving = ref<OpinionSaving>('clean')
  const theirs = ref<OpinionDraft | null>(null)
  const local = useDraft(`ecg-opinion:${id}`, draft, isOpinion)
  let saved = emptyOpinion()
  let revision: number | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  let running: Promise<boolean> = Promise.resolve(true)

  function take(opinion: Opinion | null) {
    saved = draftOf(opinion)
    revision = opinion?.revision
    draft.value = draftOf(opinion)
    saving.value = 'clean'
  }

  async function saveOnce(): Promise<boolean> {
    if (!writable() || same(draft.value, saved)) return true
    const sent = draftOf(draft.value)
    saving.value = 'saving'
    try {
      const answer = await saveOpinion(id, sent, revision)
      revision = ownOf(answer)?.revision
      saved = sent
      saving.value = same(draft.value, saved) ? 'saved' : 'dirty'
      await local.discard()
      return true
    } catch (error) {
      const problem = asProblem(error)
      const current = problem.extra['current']
      saving.value = 'failed'
      if (problem.status === 412 && hasContent(current)) {
        theirs.value = draftOf(current.content)
        revision = current.version
      }
      return false
    }
  }

  function flush(): Promise<boolean> {
    clearTimeout(timer)
    timer = undefined
    running = running.then(saveOnce)
    return running
  }

  function solve(keep: 'mine' | 'theirs') {
    const other = theirs.value
    if (!other) return
    theirs.value = null
    saved = other
    if (keep === 'theirs') draft.value = draftOf(other)
    void flush()
  }

  watch(
    () => ownOf(detail()),
    (opinion) => {
      if (opinion?.revision !== revision && same(draft.value, saved)) take(opinion)
    },
    { immediate: true },
  )
  watch(
    draft,
    () => {
      if (!writable() || same(draft.value, saved)) return
      saving.value = 'dirty'
      timer ??= setTimeout(() => void flush(), saveAfterMs)
    },
    { deep: true },
  )
  watch(writable, async (can) => {
    if (can && same(draft.value, saved)) await local.restore()
  })
  onBeforeUnmount(() => {
    if (!same(draft.value, saved)) void flush()
  })
  return { draft, saving, theirs, flush, solve }
}

function hasContent(value: unknown): value is { version: number; content: OpinionDraft } {
  return typeof value === 'object' && value !== null && 'content' in value && isOpinion(value.content)
}
