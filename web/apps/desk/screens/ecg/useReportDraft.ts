// The report being written: saved to the server 4 s after a change, locally (encrypted) before that; conflicts are shown.
import { onBeforeUnmount, ref, watch } from 'vue'
import { useEventListener } from '@vueuse/core'
import { asProblem, type ApiProblem, type OrderDetail, type Report, type ReportDraft } from '@tianmu/api'
import { saveReportDraft } from '@tianmu/api/queries/ecg.ts'
import { useDraft } from '@tianmu/ui'
import { draftOf, emptyDraft, isReportDraft } from './report.ts'

const saveAfterMs = 4000
/** After a save that no server answered, the next try. */
const againAfterMs = 15_000

export type SaveState = 'clean' | 'dirty' | 'saving' | 'saved' | 'failed'

const sameDraft = (a: ReportDraft, b: ReportDraft) => JSON.stringify(a) === JSON.stringify(b)

const isUnanswered = (problem: ApiProblem) => problem.status === 0 || problem.status >= 500

/** The report that stands on the server where ours was written over an older one. */
function theirsOf(problem: ApiProblem): Report | null {
  const theirs = problem.status === 412 ? problem.extra['current'] : null
  return isReport(theirs) ? theirs : null
}

interface Reading {
  order: () => OrderDetail | undefined
  writable: () => boolean
  /** The server would not take the text: the order is to be read again. */
  refused: () => void
}

export function useReportDraft(orderId: string, { order, writable, refused }: Reading) {
  const draft = ref<ReportDraft>(emptyDraft())
  const saveState = ref<SaveState>('clean')
  const savedAtMs = ref<number | null>(null)
  const conflict = ref<Report | null>(null)
  const local = useDraft(`ecg-report:${orderId}`, draft, isReportDraft)
  let saved: ReportDraft = emptyDraft()
  let revision: number | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  let running: Promise<boolean> = Promise.resolve(true)

  function take(report: Report | null) {
    saved = draftOf(report)
    revision = report?.revision
    draft.value = draftOf(report)
    saveState.value = 'clean'
  }

  /** A report without a class is not sent: the server would have to take one for it. It stays in the local draft. */
  async function saveOnce(): Promise<boolean> {
    if (sameDraft(draft.value, saved)) return true
    if (draft.value.conclusion_class === null) return false
    const sent = draftOf({ ...draft.value } as Report)
    saveState.value = 'saving'
    try {
      const report = await saveReportDraft(orderId, sent, revision)
      revision = report.revision
      saved = sent
      savedAtMs.value = Date.now()
      saveState.value = sameDraft(draft.value, sent) ? 'saved' : 'dirty'
      await local.discard()
      return true
    } catch (error) {
      const problem = asProblem(error)
      saveState.value = 'failed'
      conflict.value = theirsOf(problem)
      if (isUnanswered(problem)) timer ??= setTimeout(back, againAfterMs)
      else if (!conflict.value) refused()
      return false
    }
  }

  /** Save now; false when the server has not got it. Saves follow each other, never side by side. */
  function flush(): Promise<boolean> {
    clearTimeout(timer)
    timer = undefined
    return (running = running.then(saveOnce))
  }

  /** The network may be back. */
  const back = () => void (saveState.value === 'failed' && writable() && flush())

  function solve(keep: 'mine' | 'theirs') {
    const theirs = conflict.value
    if (!theirs) return
    conflict.value = null
    revision = theirs.revision
    saved = draftOf(theirs)
    if (keep === 'theirs') draft.value = draftOf(theirs)
    else void flush()
  }

  watch(
    () => order()?.report,
    (report, before) => {
      const mayTake = !before || sameDraft(draft.value, saved)
      if (order() && mayTake && report?.revision !== revision) take(report ?? null)
    },
    { immediate: true },
  )
  watch(
    draft,
    () => {
      if (!writable() || sameDraft(draft.value, saved)) return
      saveState.value = 'dirty'
      timer ??= setTimeout(() => void flush(), saveAfterMs)
    },
    { deep: true },
  )
  watch(writable, async (can) => {
    if (can && sameDraft(draft.value, saved)) await local.restore()
  })
  useEventListener(window, 'online', back)
  onBeforeUnmount(() => {
    clearTimeout(timer)
    if (writable() && !sameDraft(draft.value, saved)) void flush()
  })
  return { draft, saveState, savedAtMs, conflict, restoredFrom: local.restoredFrom, flush, solve, take }
}

function isReport(value: unknown): value is Report {
  return isReportDraft(value) && 'revision' in value && typeof value.revision === 'number'
}
