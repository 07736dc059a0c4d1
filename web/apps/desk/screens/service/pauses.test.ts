import { expect, test } from 'vitest'
import { pausesOf } from './pauses.ts'

const entry = (at: string, kind: string, waitFor = '') => ({
  at,
  kind,
  reason: '',
  facts: waitFor ? { for: waitFor } : {},
})

test('a wait ends with what follows; only material of party A stops a clock', () => {
  const found = pausesOf([
    entry('2026-11-02T08:00:00Z', 'raised'),
    entry('2026-11-02T08:10:00Z', 'waiting', 'party_a_material'),
    entry('2026-11-02T08:12:00Z', 'noted'),
    entry('2026-11-02T08:20:00Z', 'resumed'),
    entry('2026-11-02T08:30:00Z', 'waiting', 'vendor'),
  ])
  expect(found.map((one) => [one.seconds, one.to !== null, one.stopsClock])).toEqual([
    [600, true, true],
    [0, false, false],
  ])
})
