// Vectorcardiogram of the median beat after Kors: X to the left, Y down, Z to the back; loops in the three planes.
import kors from './kors.json' with { type: 'json' }
import type { Trace, WaveMarks } from './model.ts'

export interface Vcg {
  xUv: Float64Array
  yUv: Float64Array
  zUv: Float64Array
  valuesPerS: number
}

export type Plane = 'frontal' | 'horizontal' | 'sagittal'

/** One loop of one wave in a plane, as (right, down) in µV in the usual view of that plane. */
export interface Loop {
  plane: Plane
  wave: 'p' | 'qrs' | 't'
  points: { rightUv: number; downUv: number }[]
}

/** The three Frank leads from I, II and V1 to V6; null where one of them is missing. */
export function vectorcardiogram(traces: readonly Trace[]): Vcg | null {
  const rows = kors.leads.map((name) => traces.find((trace) => trace.lead === name))
  const first = rows[0]
  if (!first || rows.some((row) => !row)) return null
  const sum = (weights: readonly number[]) =>
    Float64Array.from(first.low, (_, i) =>
      rows.reduce((total, row, at) => total + (weights[at] ?? 0) * (row?.low[i] ?? NaN), 0),
    )
  return { xUv: sum(kors.x), yUv: sum(kors.y), zUv: sum(kors.z), valuesPerS: first.valuesPerS }
}

/** Loops of P, QRS and T between the wave marks; a wave without marks has no loop. */
export function loopsOf(vcg: Vcg, marks: WaveMarks): Loop[] {
  const spans = [
    ['p', marks.pOnset, marks.pEnd],
    ['qrs', marks.qrsOnset, marks.qrsEnd],
    ['t', marks.qrsEnd, marks.tEnd],
  ] as const
  return spans.flatMap(([wave, fromMs, toMs]) => {
    if (fromMs === null || toMs === null) return []
    return (['frontal', 'horizontal', 'sagittal'] as const).map((plane) => ({
      plane,
      wave,
      points: pointsOf(vcg, plane, fromMs, toMs),
    }))
  })
}

/** Frontal: X right, Y down. Horizontal, seen from above: X right, Z up (back). Sagittal, from the right: Z to the left (back), Y down. */
function pointsOf({ xUv, yUv, zUv, valuesPerS }: Vcg, plane: Plane, fromMs: number, toMs: number): Loop['points'] {
  const from = Math.max(0, Math.round((fromMs / 1000) * valuesPerS))
  const to = Math.min(xUv.length, Math.round((toMs / 1000) * valuesPerS) + 1)
  const points: Loop['points'] = []
  for (let i = from; i < to; i++) {
    const [x, y, z] = [xUv[i] ?? NaN, yUv[i] ?? NaN, zUv[i] ?? NaN]
    if (plane === 'frontal') points.push({ rightUv: x, downUv: y })
    else if (plane === 'horizontal') points.push({ rightUv: x, downUv: -z })
    else points.push({ rightUv: -z, downUv: y })
  }
  return points
}

/** Greatest departure of any loop from the origin, µV; the scale of the drawing. */
export function reachUv(loops: readonly Loop[]): number {
  const reach = loops.flatMap((loop) =>
    loop.points.map((point) => Math.max(Math.abs(point.rightUv), Math.abs(point.downUv))),
  )
  return reach.reduce((most, value) => Math.max(most, value), 100)
}

/** Angle of the greatest vector of a loop in its plane, degrees from the right hand side downward, −180 < a ≤ 180. */
export function loopAngle(loop: Loop): number | null {
  let most = 0
  let angle: number | null = null
  for (const { rightUv, downUv } of loop.points) {
    const length = Math.hypot(rightUv, downUv)
    if (length > most) {
      most = length
      angle = (Math.atan2(downUv, rightUv) * 180) / Math.PI
    }
  }
  return angle
}
