// Edits of a Holter: shown at once, sent one after the other; undo and redo are lines of the same log on the server.
import { computed, ref, shallowRef, type ShallowRef } from 'vue'
import { asProblem, type ApiProblem, type Holter, type HolterEditIn, type HolterView } from '@tianmu/api'
import { readBeats, sendHolterEdit, useHolterCache } from '@tianmu/api/queries/holter.ts'
import { decodeBeats, type HolterBeats } from '@tianmu/widgets/holter/beats.ts'
import { afterEdit, type BeatEdit } from '@tianmu/widgets/holter/edits.ts'
import { useShownHistory, type Shown } from './useShownHistory.ts'
import { viewAfter } from './viewEdits.ts'

const beatActs = new Set(['relabel', 'relabel_cluster', 'merge', 'split', 'insert', 'delete', 'artefact'])
/** After these the server's numbers of templates may differ from ours. */
const renumbering = new Set(['split', 'insert'])

export function useHolterEdits(id: string, holter: () => Holter | undefined, beats: ShallowRef<HolterBeats | null>) {
  const cache = useHolterCache(id)
  const local = shallowRef<HolterView | null>(null)
  const pending = ref(0)
  const problem = shallowRef<ApiProblem | null>(null)
  const history = useShownHistory()
  let chain: Promise<void> = Promise.resolve()
  let generation = 0
  /** Edits that the server has answered: a slower reading of the whole must not take them back. */
  let seen = 0
  const view = computed(() => local.value ?? holter()?.view ?? null)

  const shown = (): Shown => ({ beats: beats.value, view: view.value })
  const show = (state: Shown) => {
    beats.value = state.beats
    local.value = state.view
  }

  async function loadBeats() {
    beats.value = decodeBeats(await readBeats(id))
  }

  /** Take what the server has, and forget what this browser thought. */
  async function resync() {
    history.forget()
    seen = 0
    await Promise.all([cache.refresh(), loadBeats()])
    local.value = null
  }

  async function send(wanted: HolterEditIn, of: number, reload: boolean) {
    try {
      if (of !== generation) return
      const answer = await sendHolterEdit(id, wanted, Math.max(seen, holter()?.edits ?? 0))
      seen = answer.edits
      await cache.put(answer)
      void cache.dropLog()
      if (pending.value === 1) {
        local.value = null
        if (reload || renumbering.has(wanted.act)) await Promise.all([loadBeats(), cache.dropTemplates()])
      }
    } catch (error) {
      if (of !== generation) return
      generation++
      problem.value = asProblem(error)
      await resync().catch(() => undefined)
    } finally {
      pending.value--
    }
  }

  function queue(wanted: HolterEditIn, reload = false) {
    const of = generation
    problem.value = null
    pending.value++
    chain = chain.then(() => send(wanted, of, reload))
  }

  /** When every edit has reached the server; false when one was refused. */
  async function settled(): Promise<boolean> {
    await chain
    return problem.value === null
  }

  function edit(wanted: HolterEditIn) {
    history.keep(shown())
    if (beats.value && beatActs.has(wanted.act)) beats.value = afterEdit(beats.value, wanted as BeatEdit)
    if (view.value) local.value = viewAfter(view.value, wanted, -history.undoable.value)
    queue(wanted)
  }

  function undo() {
    if (!canUndo.value) return
    const before = history.back(shown())
    if (before) show(before)
    queue({ act: 'undo' } as HolterEditIn, !before)
  }

  function redo() {
    if (!canRedo.value) return
    const after = history.onward(shown())
    if (after) show(after)
    queue({ act: 'redo' } as HolterEditIn, !after)
  }

  const canUndo = computed(() => history.undoable.value > 0 || (pending.value === 0 && Boolean(holter()?.undo)))
  const canRedo = computed(() => history.redoable.value > 0 || (pending.value === 0 && Boolean(holter()?.redo)))
  return { view, pending, problem, edit, undo, redo, canUndo, canRedo, loadBeats, settled }
}
