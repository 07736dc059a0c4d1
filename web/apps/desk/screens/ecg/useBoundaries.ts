// Boundaries dragged on the median beat: measured again by the server, undone step by step, reset to the machine's.
import { computed } from 'vue'
import { asProblem, type Boundaries, type OrderDetail } from '@tianmu/api'
import { useMeasuring } from '@tianmu/api/queries/ecg-reading.ts'
import { meaningOf, toast } from '@tianmu/ui'
import { sameMarks, type WaveMarks } from '@tianmu/widgets/ecg/model.ts'
import { t } from '../../text/reading.ts'
import { medianMarks } from './recording.ts'

/** Marks of the viewer as the server measures with them; null where QRS is unknown. */
export function toBoundaries(marks: WaveMarks): Boundaries | null {
  if (marks.qrsOnset === null || marks.qrsEnd === null) return null
  const hasP = marks.pOnset !== null && marks.pEnd !== null
  return {
    p_onset_ms: hasP ? marks.pOnset : null,
    p_end_ms: hasP ? marks.pEnd : null,
    qrs_onset_ms: marks.qrsOnset,
    qrs_end_ms: marks.qrsEnd,
    t_end_ms: marks.tEnd,
  }
}

/** `refused` puts the picture back to what counts when the server could not measure. */
export function useBoundaries(id: string, order: () => OrderDetail | undefined, refused: () => void) {
  const { measure, undo } = useMeasuring(id)
  const busy = computed(() => measure.isPending.value || undo.isPending.value)

  async function run(call: Promise<unknown>) {
    try {
      await call
    } catch (error) {
      refused()
      toast(`${t.measure.failed}: ${meaningOf(asProblem(error))}`, 'error')
    }
  }

  /** What the viewer holds after a mark was dropped or a step undone. */
  async function moved(marks: WaveMarks | null) {
    const analysis = order()?.analysis
    if (!marks || !analysis || busy.value) return
    const machine = medianMarks(analysis.median)
    const counting = analysis.confirmed ? medianMarks(analysis.confirmed.median) : machine
    if (sameMarks(marks, counting)) return
    if (analysis.confirmed && sameMarks(marks, machine)) return run(undo.mutateAsync(true))
    const boundaries = toBoundaries(marks)
    if (boundaries) await run(measure.mutateAsync(boundaries))
  }
  return { busy, moved, back: (everything: boolean) => run(undo.mutateAsync(everything)) }
}
