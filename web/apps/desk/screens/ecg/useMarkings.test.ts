import { expect, test } from 'vitest'
import type { SavedMarking } from '@tianmu/api'
import { toCalipers, toSaved } from './useMarkings.ts'

const saved = {
  kind: 'both' as const,
  lead: 'II',
  source: 'rhythm' as const,
  from_s: 1,
  to_s: 1.8,
  from_uv: 0,
  to_uv: 500,
  lead_to: null,
}
const markings: SavedMarking[] = [
  { name: '我', mine: true, saved_at: '2026-11-23T00:00:00Z', calipers: [saved, saved] },
  { name: '王医生', mine: false, saved_at: '2026-11-23T00:00:00Z', calipers: [saved] },
]

test('calipers come back as they were saved', () => {
  const [mine] = toCalipers(markings, false)
  expect(mine && toSaved(mine)).toEqual(saved)
})

test('calipers of others carry their name and a number that no own one has', () => {
  const all = toCalipers(markings, true)
  expect(all.map((one) => one.reader ?? '')).toEqual(['', '', '王医生'])
  expect(new Set(all.map((one) => one.id)).size).toBe(3)
  expect(toCalipers(markings, false)).toHaveLength(2)
})
