// What is being designed, kept in the browser two seconds after each change until it is saved.
import { watch, type Ref } from 'vue'
import type { ReportNames } from '@tianmu/api/queries/reports.ts'
import type { Definition } from '@tianmu/api/report-types.ts'
import { dropDraft, readDraft, writeDraft } from '@tianmu/ui'

export interface Kept {
  definition: Definition
  names: ReportNames
}
const keepAfterMs = 2000
const isKept = (value: unknown): value is Kept =>
  typeof value === 'object' && value !== null && 'definition' in value && 'names' in value

export function useKept(id: () => string, print: Ref<string>, changed: Ref<boolean>, value: () => Kept) {
  const name = () => `report-design:${id() || 'new'}`
  let timer: ReturnType<typeof setTimeout> | undefined
  watch(print, () => {
    clearTimeout(timer)
    const [mine, now] = [name(), value()]
    if (changed.value) timer = setTimeout(() => void writeDraft(mine, now).catch(() => null), keepAfterMs)
  })

  async function read(): Promise<Kept | null> {
    const draft = await readDraft(name()).catch(() => null)
    return draft && isKept(draft.value) ? draft.value : null
  }
  /** Forget the draft of what is open now, even when something else is open by then. */
  function dropper(): () => void {
    const mine = name()
    return () => {
      clearTimeout(timer)
      void dropDraft(mine)
    }
  }
  return { read, dropper, drop: () => dropper()() }
}
