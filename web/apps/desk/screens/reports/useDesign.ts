// The report that is being made: steps that can be undone, kept against loss, saved as versions.
import { computed, ref, shallowRef, triggerRef } from 'vue'
import { reportActs, type ReportNames } from '@tianmu/api/queries/reports.ts'
import type { Definition, ReportPage } from '@tianmu/api/report-types.ts'
import { toast } from '@tianmu/ui'
import { t } from '../../text/reports.ts'
import { Steps, emptyDefinition } from './design.ts'
import { useKept } from './useKept.ts'
import { useReportAct } from './useReportAct.ts'

const namesOf = (one: ReportPage | null): ReportNames => ({
  name: one?.name ?? t.design.fresh,
  name_en: one?.name_en ?? '',
  description: one?.description ?? '',
  description_en: one?.description_en ?? '',
})

export function useDesign(id: () => string) {
  const steps = shallowRef(new Steps<Definition>(emptyDefinition('')))
  const names = ref<ReportNames>(namesOf(null))
  const page = ref<ReportPage | null>(null)
  const saved = ref('')
  const { busy, run } = useReportAct()
  const definition = computed(() => steps.value.now)
  const print = computed(() => JSON.stringify([definition.value, names.value]))
  const changed = computed(() => saved.value !== '' && print.value !== saved.value)

  function change(next: Definition) {
    steps.value.take(next)
    triggerRef(steps)
  }
  function turn(way: 'undo' | 'redo') {
    steps.value[way]()
    triggerRef(steps)
  }
  function show(one: ReportPage) {
    page.value = one
    names.value = namesOf(one)
    steps.value = new Steps(one.definition as unknown as Definition)
    saved.value = print.value
  }
  function begin(dataset: string) {
    page.value = null
    names.value = namesOf(null)
    steps.value = new Steps(emptyDefinition(dataset))
    saved.value = print.value
  }

  const kept = useKept(id, print, changed, () => ({ definition: definition.value, names: names.value }))

  /** Bring back what was not saved when this page was left. */
  async function bringBack() {
    const draft = await kept.read()
    if (!draft || JSON.stringify([draft.definition, draft.names]) === saved.value) return
    names.value = draft.names
    change(draft.definition)
    toast(t.design.restored)
  }
  function discard() {
    kept.drop()
    const one = page.value
    if (one) show(one)
    else begin(definition.value.dataset)
  }

  /** Save as a new version, or as a new report; the saved report, null when it was refused. */
  async function save(note: string): Promise<ReportPage | null> {
    const one = page.value
    const drop = kept.dropper()
    const made = await run(
      () =>
        one?.own
          ? reportActs.save(one.id, one.version, names.value, definition.value, note)
          : reportActs.create(names.value, definition.value),
      t.design.saved,
    )
    if (!made) return null
    drop()
    page.value = made
    saved.value = print.value
    return made
  }

  const canUndo = computed(() => steps.value.canUndo)
  const canRedo = computed(() => steps.value.canRedo)
  return {
    definition,
    names,
    page,
    changed,
    busy,
    canUndo,
    canRedo,
    change,
    undo: () => turn('undo'),
    redo: () => turn('redo'),
    show,
    begin,
    bringBack,
    discard,
    save,
  }
}
