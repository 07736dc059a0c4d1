// RR pairs whose three beats are all normal, of the whole recording or of its days and nights.
import { codeOf, type HolterBeats } from '@tianmu/widgets/holter/beats.ts'
import type { RrPairs } from '@tianmu/widgets/holter/lorenz.ts'
import { clockOf } from './clock.ts'

const DAY_FROM_HOUR = 8
const DAY_TO_HOUR = 22

export function normalOnly(
  beats: HolterBeats,
  pairs: RrPairs,
  startedAt: string | null,
  part: 'all' | 'day' | 'night',
): RrPairs {
  const x = pairs.x.slice()
  const y = pairs.y.slice()
  const normal = codeOf('N')
  const firstHour = Number(clockOf(startedAt, 0).slice(0, 2)) + Number(clockOf(startedAt, 0).slice(3, 5)) / 60
  for (let i = 0; i < x.length; i++) {
    const all = beats.classes[i - 1] === normal && beats.classes[i] === normal && beats.classes[i + 1] === normal
    const hour = (firstHour + (beats.samples[i] ?? 0) / beats.fsHz / 3600) % 24
    const isDay = hour >= DAY_FROM_HOUR && hour < DAY_TO_HOUR
    if (all && (part === 'all' || (part === 'day') === isDay)) continue
    x[i] = NaN
    y[i] = NaN
  }
  return { x, y }
}
