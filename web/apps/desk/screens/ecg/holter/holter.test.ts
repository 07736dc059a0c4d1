import { expect, test } from 'vitest'
import type { HolterEditIn, HolterView } from '@tianmu/api'
import { atClock, clockOf, lengthOf } from './clock.ts'
import { viewAfter } from './viewEdits.ts'

test('the clock of a recording runs over midnight, and back to seconds', () => {
  const start = '2026-11-23T08:30:05'
  expect(clockOf(start, 0)).toBe('08:30:05')
  expect(clockOf(start, 16 * 3600)).toBe('00:30:05 +1')
  expect(clockOf(null, 3661)).toBe('01:01:01')
  expect(atClock(start, '08:31')).toBe(55)
  expect(atClock(start, '02:30:05')).toBe(18 * 3600)
  expect(atClock(start, 'noon')).toBeNull()
  expect([lengthOf(7.54), lengthOf(200), lengthOf(86400)]).toEqual(['7.5 s', '3 min 20 s', '24 h 00 min'])
})

const view = {
  events: [{ key: 'vt::10', kind: 'vt', shown_kind: 'vt', state: 'open', note: '', start_s: 1, stop_s: 2 }],
  strips: [{ number: 4, start_s: 9, stop_s: 16.5, caption: 'a', leads: [] }],
  diary: [],
} as unknown as HolterView
const after = (edit: Partial<HolterEditIn>) => viewAfter(view, edit as HolterEditIn, -1)

test('decisions, strips and diary lines show at once', () => {
  const event = { key: 'vt::10', kind: 'vt', state: 'rejected', start_s: 1, stop_s: 2 } as NonNullable<
    HolterEditIn['event']
  >
  expect(after({ act: 'event', event }).events[0]?.state).toBe('rejected')
  const strip = { start_s: 2, stop_s: 9.5, caption: 'b', leads: [], replaces: null }
  expect(after({ act: 'strip', strip }).strips.map((one) => one.number)).toEqual([-1, 4])
  expect(after({ act: 'strip', strip: { ...strip, replaces: 4 } }).strips.map((one) => one.caption)).toEqual(['b'])
  expect(after({ act: 'strip_drop', strip_number: 4 }).strips).toEqual([])
  expect(after({ act: 'diary', diary: { at_s: 3, text: 'walk', replaces: null } }).diary).toEqual([
    { number: -1, at_s: 3, text: 'walk' },
  ])
  expect(after({ act: 'relabel' })).toBe(view)
})
