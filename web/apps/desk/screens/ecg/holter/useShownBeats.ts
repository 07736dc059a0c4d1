// The beats for a page that is kept while another is on view: it takes changes only when it is shown again.
import { onActivated, onDeactivated, ref, shallowRef, watch } from 'vue'
import type { HolterStation } from './useHolterStation.ts'

export function useShownBeats(station: HolterStation) {
  const beats = shallowRef(station.beats.value)
  const pairs = shallowRef(station.pairs.value)
  const shown = ref(true)
  watch(
    [station.beats, shown],
    () => {
      if (!shown.value) return
      beats.value = station.beats.value
      pairs.value = station.pairs.value
    },
    { flush: 'sync' },
  )
  onActivated(() => (shown.value = true))
  onDeactivated(() => (shown.value = false))
  return { beats, pairs }
}
