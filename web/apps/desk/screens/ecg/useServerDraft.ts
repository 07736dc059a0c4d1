// A text that is written: saved to the server 4 s after a change, locally (encrypted) before that; conflicts are shown.
import { onBeforeUnmount, ref, shallowRef, watch, type Ref } from 'vue'
import { useEventListener } from '@vueuse/core'
import { asProblem, type ApiProblem } from '@tianmu/api'
import { useDraft } from '@tianmu/ui'

const saveAfterMs = 4000
/** After a save that no server answered, the next try. */
const againAfterMs = 15_000

export type SaveState = 'clean' | 'dirty' | 'saving' | 'saved' | 'failed'

/** What stands on the server: the text and its number. */
export interface Stored<T> {
  draft: T
  revision: number | undefined
}

interface Writing<T, Theirs> {
  /** Under which name the local copy is kept. */
  name: string
  empty: () => T
  /** A copy of what is sent and compared, without anything else. */
  copy: (draft: T) => T
  isDraft: (value: unknown) => value is T
  writable: () => boolean
  /** What the server has; undefined until it has answered. */
  stored: () => Stored<T> | undefined
  /** A text that the server could not take yet stays in the local copy. */
  isComplete?: (draft: T) => boolean
  /** Send it over the stored number; the new number. */
  send: (draft: T, revision: number | undefined) => Promise<number | undefined>
  /** What stands on the server where ours was written over an older one. */
  theirs: (problem: ApiProblem) => (Stored<T> & { shown: Theirs }) | null
  /** The server would not take the text. */
  refused?: () => void
}

const isUnanswered = (problem: ApiProblem) => problem.status === 0 || problem.status >= 500

export function useServerDraft<T, Theirs>(writing: Writing<T, Theirs>) {
  const { copy, writable } = writing
  const draft = ref(writing.empty()) as Ref<T>
  const saveState = ref<SaveState>('clean')
  const savedAtMs = ref<number | null>(null)
  const other = shallowRef<(Stored<T> & { shown: Theirs }) | null>(null)
  const local = useDraft(writing.name, draft, writing.isDraft)
  let saved = writing.empty()
  let revision: number | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  let running: Promise<boolean> = Promise.resolve(true)

  const isSaved = () => JSON.stringify(draft.value) === JSON.stringify(saved)

  function take(stored: Stored<T>) {
    saved = copy(stored.draft)
    revision = stored.revision
    draft.value = copy(stored.draft)
    saveState.value = 'clean'
  }

  async function saveOnce(): Promise<boolean> {
    if (isSaved()) return true
    if (!(writing.isComplete?.(draft.value) ?? true)) return false
    const sent = copy(draft.value)
    saveState.value = 'saving'
    try {
      revision = await writing.send(sent, revision)
      saved = sent
      savedAtMs.value = Date.now()
      saveState.value = isSaved() ? 'saved' : 'dirty'
      void local.discard().catch(() => undefined)
      return true
    } catch (error) {
      const problem = asProblem(error)
      saveState.value = 'failed'
      other.value = writing.theirs(problem)
      if (isUnanswered(problem)) timer ??= setTimeout(back, againAfterMs)
      else if (!other.value) writing.refused?.()
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
  function back() {
    timer = undefined
    if (saveState.value === 'failed' && writable()) void flush()
  }

  function solve(keep: 'mine' | 'theirs') {
    const theirs = other.value
    if (!theirs) return
    other.value = null
    if (keep === 'theirs') return take(theirs)
    saved = copy(theirs.draft)
    revision = theirs.revision
    void flush()
  }

  function soon() {
    saveState.value = 'dirty'
    timer ??= setTimeout(() => void flush(), saveAfterMs)
  }

  watch(
    writing.stored,
    (stored, before) => {
      if (stored && (!before || isSaved()) && stored.revision !== revision) take(stored)
    },
    { immediate: true },
  )
  watch(draft, () => writable() && !isSaved() && soon(), { deep: true })
  watch(writable, async (can) => {
    if (can && isSaved()) await local.restore()
  })
  useEventListener(window, 'online', back)
  onBeforeUnmount(() => {
    clearTimeout(timer)
    if (writable() && !isSaved()) void flush()
  })
  return { draft, saveState, savedAtMs, other, restoredFrom: local.restoredFrom, flush, solve, take }
}
