// Periods, names of parts, and the rows a part opens.
import { describe, expect, it } from 'vitest'
import { bestSplit, daysOf, isPeriod } from './period.ts'
import { drillOf, labelOf, valueText } from './parts.ts'

const now = Date.parse('2026-11-23T09:00:00+08:00')
const asked = { since: '2026-11-10T00:00:00+08:00', until: '2026-11-24T00:00:00+08:00' }

describe('period', () => {
  it('begins where the preset says and ends today', () => {
    expect(daysOf('day', now)).toEqual({ since: '2026-11-23', until: '2026-11-23' })
    expect(daysOf('days7', now).since).toBe('2026-11-17')
    expect(daysOf('month', now).since).toBe('2026-11-01')
    expect(daysOf('quarter', now).since).toBe('2026-10-01')
    expect(daysOf('year', now).since).toBe('2026-01-01')
  })

  it('is refused upside down or beyond ten years', () => {
    expect(isPeriod({ since: '2026-11-02', until: '2026-11-01' })).toBe(false)
    expect(isPeriod({ since: '2010-11-02', until: '2026-11-01' })).toBe(false)
    expect(isPeriod({ since: '', until: '2026-11-01' })).toBe(false)
    expect(isPeriod({ since: '2026-11-01', until: '2026-11-01' })).toBe(true)
  })

  it('is split finer the shorter it is', () => {
    const until = '2026-11-30'
    const best = (since: string) => bestSplit({ since, until })
    expect([best('2026-11-30'), best('2026-11-01'), best('2026-09-01'), best('2026-01-01')]).toEqual([
      'hour',
      'day',
      'week',
      'month',
    ])
  })
})

describe('parts', () => {
  it('are called by their words', () => {
    expect(labelOf('quarter', '2026-10-01', null)).toBe('2026 Q4')
    expect(labelOf('organization', 'x', '南渡镇卫生院')).toBe('南渡镇卫生院')
    expect(labelOf('sex', 'F', null)).toBe('女')
    expect(labelOf('doctor', '', null)).toBe('未知')
  })

  it('open to rows of their time, cut to the period that was asked', () => {
    expect(drillOf(asked, 'month', '2026-11-01')).toEqual(asked)
    expect(drillOf(asked, 'day', '2026-11-12')).toEqual({
      since: '2026-11-12T00:00:00+08:00',
      until: '2026-11-13T00:00:00+08:00',
    })
    expect(drillOf(asked, 'hour', '9')).toEqual({ ...asked, hour: 9 })
    expect(drillOf(asked, 'device', 'd')).toEqual({ ...asked, device: 'd' })
    expect(drillOf(asked, 'device', '')).toBeNull()
  })

  it('show a figure in its unit, and the unknown as unknown', () => {
    expect([valueText(12, 'count'), valueText(33.333, 'percent'), valueText(null, 'percent')]).toEqual([
      '12',
      '33.3%',
      '—',
    ])
  })
})
