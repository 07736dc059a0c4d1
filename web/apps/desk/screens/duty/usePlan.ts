// The plan on screen: steps back and forth, kept on the server within a second of the last step.
import { computed, onBeforeUnmount, ref, watch } from 'vue'
import { asProblem, type RosterMonth, type ShiftDraft } from '@tianmu/api'
import { dutyActs, useDutyAct } from '@tianmu/api/queries/duty.ts'
import { meaningOf, toast } from '@tianmu/ui'

const QUIET_MS = 800
const MOST_STEPS = 100

export function usePlan(roster: () => RosterMonth | undefined) {
  const plan = ref<ShiftDraft[]>([])
  const before = ref<ShiftDraft[][]>([])
  const after = ref<ShiftDraft[][]>([])
  const isDirty = ref(false)
  const act = useDutyAct()
  let timer: ReturnType<typeof setTimeout> | undefined
  let version = 0

  watch(
    roster,
    (found) => {
      if (!found || isDirty.value) return
      version = found.version
      plan.value = found.all_shifts.map((one) => ({
        member_id: one.member.id,
        kind: one.kind as ShiftDraft['kind'],
        starts_at: one.starts_at,
        ends_at: one.ends_at,
        note: one.note,
      }))
    },
    { immediate: true },
  )

  function show(next: ShiftDraft[]) {
    plan.value = next
    isDirty.value = true
    clearTimeout(timer)
    timer = setTimeout(() => void keep(), QUIET_MS)
  }

  async function keep() {
    clearTimeout(timer)
    const found = roster()
    if (!found || !isDirty.value || act.isPending.value) return
    const sent = plan.value
    try {
      const kept = await act.mutateAsync(() => dutyActs.save(found.id, sent, version))
      version = (kept as RosterMonth).version
      if (plan.value === sent) isDirty.value = false
      else await keep()
    } catch (error) {
      isDirty.value = false
      toast(meaningOf(asProblem(error)), 'error')
    }
  }

  function change(next: ShiftDraft[]) {
    before.value = [...before.value.slice(-MOST_STEPS), plan.value]
    after.value = []
    show(next)
  }

  function step(from: typeof before, to: typeof after) {
    const wanted = from.value.at(-1)
    if (!wanted) return
    from.value = from.value.slice(0, -1)
    to.value = [...to.value, plan.value]
    show(wanted)
  }

  onBeforeUnmount(() => void keep())
  return {
    plan,
    isDirty,
    isSaving: act.isPending,
    canUndo: computed(() => before.value.length > 0),
    canRedo: computed(() => after.value.length > 0),
    change,
    keep,
    undo: () => step(before, after),
    redo: () => step(after, before),
    remember: () => (before.value = [...before.value, plan.value]),
  }
}
