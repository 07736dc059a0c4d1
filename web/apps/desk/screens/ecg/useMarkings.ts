// Calipers of a recording: one's own are saved 1.5 s after a change, colleagues' are shown with their names.
import { computed, onBeforeUnmount, ref, watch } from 'vue'
import { useQueryClient } from '@tanstack/vue-query'
import type { SavedCaliper, SavedMarking } from '@tianmu/api'
import { saveMarkings, useMarkings } from '@tianmu/api/queries/ecg-reading.ts'
import { toast } from '@tianmu/ui'
import type { Caliper } from '@tianmu/widgets/ecg/model.ts'
import { t } from '../../text/reading.ts'

const saveAfterMs = 1500

/** A caliper as the server keeps it. */
export function toSaved(caliper: Caliper): SavedCaliper {
  return {
    kind: caliper.kind,
    lead: caliper.lead,
    source: caliper.source,
    from_s: Math.max(0, caliper.fromS),
    to_s: Math.max(0, caliper.toS),
    from_uv: caliper.fromUv,
    to_uv: caliper.toUv,
    lead_to: null,
  }
}

/** Calipers of every reader as the viewer draws them; those of others carry a name and a negative number. */
export function toCalipers(markings: readonly SavedMarking[], withOthers: boolean): Caliper[] {
  let own = 0
  let other = 0
  return markings
    .filter((marking) => marking.mine || withOthers)
    .flatMap((marking) =>
      marking.calipers.map((one) => ({
        id: marking.mine ? ++own : --other,
        kind: one.kind,
        lead: one.lead,
        source: one.source,
        fromS: one.from_s,
        toS: one.to_s,
        fromUv: one.from_uv,
        toUv: one.to_uv,
        ...(marking.mine ? {} : { reader: marking.name }),
      })),
    )
}

export function useOwnMarkings(recordingId: () => string, writable: () => boolean) {
  const cache = useQueryClient()
  const query = useMarkings(recordingId)
  const showOthers = ref(true)
  const others = computed(() => (query.data.value ?? []).filter((one) => !one.mine).map((one) => one.name))
  const first = ref<Caliper[] | null>(null)
  let pending: { id: string; calipers: SavedCaliper[] } | null = null
  let timer: ReturnType<typeof setTimeout> | undefined

  watch(
    [() => query.data.value, showOthers],
    ([markings]) => {
      if (markings && pending === null) first.value = toCalipers(markings, showOthers.value)
    },
    { immediate: true },
  )

  async function flush() {
    clearTimeout(timer)
    const sent = pending
    if (!sent) return
    try {
      const saved = await saveMarkings(sent.id, sent.calipers)
      if (pending === sent) pending = null
      cache.setQueryData(['ecg', 'markings', sent.id], saved)
    } catch {
      toast(t.calipers.failed, 'error')
    }
  }

  /** Take over what the viewer holds now; only one's own calipers are kept. */
  function changed(calipers: readonly Caliper[]) {
    if (!writable()) return
    const own = calipers.filter((one) => !one.reader).map(toSaved)
    pending = { id: recordingId(), calipers: own }
    clearTimeout(timer)
    timer = setTimeout(() => void flush(), saveAfterMs)
  }
  onBeforeUnmount(() => void flush())
  return { calipers: first, others, showOthers, changed }
}
