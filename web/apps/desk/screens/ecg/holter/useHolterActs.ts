// What the reader does with chosen beats and templates; shared by keys, the bar and the pages.
import { ref } from 'vue'
import { toast } from '@tianmu/ui'
import { membersOf } from '@tianmu/widgets/holter/beats.ts'
import { t } from '../../../text/holter.ts'
import { made, useEventActs, type Span } from './useEventActs.ts'
import type { HolterStation } from './useHolterStation.ts'

export function useHolterActs(station: HolterStation) {
  /** Templates that are chosen on their page; they go before beats. */
  const clusters = ref<number[]>([])

  const may = () => station.writable.value
  const none = () => toast(t.chooseFirst, 'info')

  function label(letter: string) {
    if (!may()) return
    if (clusters.value.length > 0) {
      station.edit(made({ act: 'relabel_cluster', label: letter, clusters: [...clusters.value] }))
      return
    }
    const beats = station.chosenSamples()
    if (beats.length === 0) return none()
    station.edit(made({ act: 'relabel', label: letter, beats }))
    if (beats.length > 1) toast(t.select.relabelled(beats.length, t.classes[letter] ?? letter))
  }

  function merge() {
    if (!may()) return
    if (clusters.value.length < 2) return none()
    station.edit(made({ act: 'merge', clusters: [...clusters.value] }))
    clusters.value = clusters.value.slice(0, 1)
  }

  function split() {
    const beats = station.chosenSamples()
    if (!may()) return
    if (beats.length === 0) return none()
    station.edit(made({ act: 'split', beats }))
  }

  function remove() {
    const beats = station.chosenSamples()
    if (!may()) return
    if (beats.length === 0) return none()
    station.edit(made({ act: 'delete', beats }))
  }

  function insert() {
    const list = station.beats.value
    if (!may() || !list) return
    station.edit(made({ act: 'insert', label: 'N', beats: [Math.round(station.atS.value * list.fsHz)] }))
  }

  /** The chosen stretch, else the strip on view. */
  function span(): Span {
    const list = station.beats.value
    const { selection, place, durationS } = station
    const first = selection.value[0]
    const last = selection.value[selection.value.length - 1]
    if (list && selection.value.length > 1 && first !== undefined && last !== undefined && last - first < 500) {
      const at = (index: number) => (list.samples[index] ?? 0) / list.fsHz
      return { start_s: Math.max(0, at(first) - 0.3), stop_s: Math.min(durationS.value, at(last) + 0.5) }
    }
    return { start_s: place.value.startS, stop_s: Math.min(durationS.value, place.value.startS + place.value.spanS) }
  }

  function artefact() {
    if (may()) station.edit(made({ act: 'artefact', ...span() }))
  }

  function clear() {
    clusters.value = []
    station.choose(new Int32Array(0), false)
  }

  function showMembers() {
    const list = station.beats.value
    if (!list || clusters.value.length === 0) return
    const members = membersOf(list, clusters.value)
    clusters.value = []
    station.choose(members)
  }

  return {
    ...useEventActs(station, span),
    clusters,
    label,
    merge,
    split,
    remove,
    insert,
    artefact,
    clear,
    showMembers,
    span,
  }
}

export type HolterActs = ReturnType<typeof useHolterActs>
