// RR pairs of the beats; a change of classes or templates leaves them as they are.
import { computed, type ShallowRef } from 'vue'
import type { HolterBeats } from '@tianmu/widgets/holter/beats.ts'
import { rrPairs, type RrPairs } from '@tianmu/widgets/holter/lorenz.ts'

export function usePairs(beats: ShallowRef<HolterBeats | null>) {
  let known: { beats: HolterBeats; pairs: RrPairs } | null = null
  return computed(() => {
    const list = beats.value
    if (!list) return null
    if (known && known.beats.samples === list.samples && known.beats.unreadable === list.unreadable) return known.pairs
    known = { beats: list, pairs: rrPairs(list) }
    return known.pairs
  })
}
