// What was on screen before each edit of this session: undo and redo show it at once. Arrays are shared, so this is small.
import { ref } from 'vue'
import type { HolterView } from '@tianmu/api'
import type { HolterBeats } from '@tianmu/widgets/holter/beats.ts'

const MOST_KEPT = 100

export interface Shown {
  beats: HolterBeats | null
  view: HolterView | null
}

export function useShownHistory() {
  const undoable = ref(0)
  const redoable = ref(0)
  let past: Shown[] = []
  let future: Shown[] = []

  function counted() {
    undoable.value = past.length
    redoable.value = future.length
  }
  function keep(before: Shown) {
    past = [...past, before].slice(-MOST_KEPT)
    future = []
    counted()
  }
  /** The state before the last edit; `now` is kept for redo. Nothing when this session made none. */
  function back(now: Shown): Shown | undefined {
    const before = past.pop()
    if (before) future.push(now)
    counted()
    return before
  }
  function onward(now: Shown): Shown | undefined {
    const after = future.pop()
    if (after) past.push(now)
    counted()
    return after
  }
  function forget() {
    past = []
    future = []
    counted()
  }
  return { undoable, redoable, keep, back, onward, forget }
}
