// @vitest-environment happy-dom
// The small charts: scales, lines, shades, and a heat table that opens.
import { describe, expect, it } from 'vitest'
import { mount } from '@vue/test-utils'
import HeatGrid from './HeatGrid.vue'
import { lineOf, roundTop, shadeOf } from './layout.ts'

describe('layout', () => {
  it('ends a scale at a round number', () => {
    expect([0, 1, 3, 7, 11, 55, 0.3].map(roundTop)).toEqual([1, 1, 5, 10, 20, 100, 0.5])
    expect(roundTop(Number.NaN)).toBe(1)
  })

  it('breaks a line where nothing is known', () => {
    expect(lineOf([0, 10, null, 5], 10)).toBe('M0 100.0L1 0.0M3 50.0')
  })

  it('shades by share and leaves nothing clear', () => {
    expect(shadeOf(0, 9)).toBe(0)
    expect(shadeOf(9, 9)).toBe(1)
    expect(shadeOf(1, 0)).toBe(0)
  })
})

describe('HeatGrid', () => {
  it('opens the cell of a weekday and hour', async () => {
    const grid = mount(HeatGrid, { props: { values: new Map([['2:9', 4]]), days: ['一', '二'], caption: '到达' } })
    await grid.get('button[aria-label="二 9:00 4"]').trigger('click')
    expect(grid.emitted('opened')).toEqual([[2, 9]])
  })
})
