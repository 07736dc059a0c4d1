import { describe, expect, it } from 'vitest'
import type { LiveEcgAlarm } from '@tianmu/api/liveEcg.ts'
import { leadOfTile, lengthWord, rings, worst } from './words.ts'

const alarm = (over: Partial<LiveEcgAlarm>): LiveEcgAlarm => ({
  id: 'a',
  kind: 'vf',
  grade: 'critical',
  value: '',
  raised_ms: 1,
  acknowledged: false,
  ...over,
})

describe('alarms of a stream', () => {
  it('shows what nobody has acknowledged before what somebody has, then the gravest', () => {
    const taken = alarm({ id: 'taken', acknowledged: true })
    const lead = alarm({ id: 'lead', grade: 'technical' })
    const fast = alarm({ id: 'fast', grade: 'serious' })
    expect(worst([taken, lead, fast])?.id).toBe('fast')
    expect(worst([taken, lead])?.id).toBe('lead')
    expect(worst([taken])?.id).toBe('taken')
    expect(worst([])).toBeNull()
  })

  it('rings for hearts that nobody has seen to, not for a lead that fell off', () => {
    expect(rings([alarm({})])).toBe(true)
    expect(rings([alarm({ acknowledged: true })])).toBe(false)
    expect(rings([alarm({ grade: 'technical' })])).toBe(false)
  })
})

it('chooses the rhythm lead of a tile and says how long something lasted', () => {
  expect(leadOfTile(['I', 'II', 'V5'])).toBe('II')
  expect(leadOfTile(['V1'])).toBe('V1')
  expect(lengthWord(59.6)).toBe('1 分 0 秒')
  expect(lengthWord(12)).toBe('12 秒')
})
