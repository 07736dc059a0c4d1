// The Holter station's shared state: recording, beats, place on view, chosen beats, edits. Pages take it by injection.
import { computed, inject, provide, ref, shallowRef, watch, type InjectionKey } from 'vue'
import { asProblem, type ApiProblem } from '@tianmu/api'
import { readHolterSignal, useHolter } from '@tianmu/api/queries/holter.ts'
import type { HolterBeats } from '@tianmu/widgets/holter/beats.ts'
import { SignalStore } from '@tianmu/widgets/holter/signalStore.ts'
import { clockOf } from './clock.ts'
import { useBeatChoice } from './useBeatChoice.ts'
import { usePairs } from './usePairs.ts'
import { useHolterEdits } from './useHolterEdits.ts'

const FIRST_SPAN_S = 10

export function useHolterStation(id: string, mayWrite: () => boolean) {
  const query = useHolter(() => id)
  const beats = shallowRef<HolterBeats | null>(null)
  const beatsProblem = shallowRef<ApiProblem | null>(null)
  const edits = useHolterEdits(id, () => query.data.value, beats)
  const store = shallowRef<SignalStore | null>(null)
  const place = ref({ startS: 0, spanS: FIRST_SPAN_S })
  const durationS = computed(() => edits.view.value?.recording.duration_s ?? 0)
  const ready = computed(() => Boolean(query.data.value?.view))
  const pairs = usePairs(beats)
  const clock = (atS: number) => clockOf(edits.view.value?.recording.started_at ?? null, atS)

  function goTo(atS: number) {
    const { spanS } = place.value
    place.value = { spanS, startS: Math.max(0, Math.min(atS - spanS / 2, durationS.value - spanS)) }
  }
  const atS = computed({
    get: () => place.value.startS + place.value.spanS / 2,
    set: (value: number) => goTo(value),
  })

  const walking = useBeatChoice(beats, atS, goTo)
  const { selection, current } = walking

  watch(
    ready,
    (is) => {
      const seconds = query.data.value?.view?.recording.duration_s
      if (!is || !seconds) return
      store.value ??= new SignalStore((...asked) => readHolterSignal(id, ...asked), seconds)
    },
    { immediate: true },
  )
  void edits.loadBeats().catch(() => undefined)
  watch(ready, (is) => {
    if (is && !beats.value) edits.loadBeats().catch((error: unknown) => (beatsProblem.value = asProblem(error)))
  })
  /** Beats that vanish or appear move the indices: a choice that no longer fits is dropped. */
  watch(
    () => beats.value?.samples,
    () => {
      selection.value = new Int32Array(0)
      current.value = -1
    },
  )

  const writable = computed(() => mayWrite() && ready.value)
  return {
    id,
    query,
    ...edits,
    ...walking,
    beats,
    beatsProblem,
    store,
    place,
    atS,
    durationS,
    ready,
    pairs,
    clock,
    goTo,
    writable,
  }
}

export type HolterStation = ReturnType<typeof useHolterStation>
const key: InjectionKey<HolterStation> = Symbol('holter')

export const provideStation = (station: HolterStation) => provide(key, station)

/** The station of the screen around a page. */
export function useStation(): HolterStation {
  const station = inject(key)
  if (!station) throw new Error('a Holter page stands outside the station')
  return station
}
