// Which beats are chosen, and walking through them.
import { computed, ref, shallowRef, type Ref, type ShallowRef } from 'vue'
import { nearestBeat, secondsOf, type HolterBeats } from '@tianmu/widgets/holter/beats.ts'

export function useBeatChoice(beats: ShallowRef<HolterBeats | null>, atS: Ref<number>, goTo: (atS: number) => void) {
  const selection = shallowRef<Int32Array>(new Int32Array(0))
  const step = ref(0)
  const current = ref(-1)
  const selected = computed<ReadonlySet<number>>(() => new Set(selection.value))

  function goToBeat(index: number) {
    if (!beats.value || index < 0 || index >= beats.value.samples.length) return
    current.value = index
    goTo(secondsOf(beats.value, index))
  }
  /** Choose beats by index and go to the first of them. */
  function choose(indices: Int32Array, go = true) {
    selection.value = indices
    step.value = 0
    if (go && indices.length > 0) goToBeat(indices[0] ?? 0)
  }
  /** To the next chosen beat; without a choice to the next beat. */
  function walk(by: number) {
    const many = selection.value.length
    if (many > 1) {
      step.value = (step.value + by + many) % many
      goToBeat(selection.value[step.value] ?? 0)
    } else if (beats.value) goToBeat((current.value >= 0 ? current.value : nearestBeat(beats.value, atS.value)) + by)
  }
  /** Samples that name the chosen beats, else the beat the cursor is on. */
  function chosenSamples(): number[] {
    const list = beats.value
    if (!list) return []
    const places = selection.value.length > 0 ? [...selection.value] : current.value >= 0 ? [current.value] : []
    return places.map((index) => list.samples[index] ?? 0)
  }

  return { selection, selected, step, current, goToBeat, choose, walk, chosenSamples }
}
