// @vitest-environment happy-dom
// The map: geometry, and what a person reaches by mouse and keyboard.
import { describe, expect, it } from 'vitest'
import { mount } from '@vue/test-utils'
import CountyMap from './CountyMap.vue'
import { byTown, gravest, heatOf, inOrder, neighbour, pathOf, radiusOf } from './layout.ts'
import type { MapMark } from './model.ts'

const mark = (id: string, x: number, y: number, state: MapMark['state'] = 'online', count = 1): MapMark => ({
  id,
  name: id,
  kind: 'township',
  town: 'a',
  x,
  y,
  state,
  count,
})

describe('layout', () => {
  it('draws an outline as one closed path', () => {
    expect(pathOf([0, 0, 10, 0, 10, 10])).toBe('M0 0L10 0L10 10Z')
    expect(pathOf([])).toBe('')
  })

  it('sizes a point by what it sent, between two radii', () => {
    expect(radiusOf(0, 10)).toBe(9)
    expect(radiusOf(10, 10)).toBe(18)
    expect(radiusOf(3, 0)).toBe(9)
    expect(radiusOf(5, 10)).toBeGreaterThan(radiusOf(2, 10))
  })

  it('heats towns in steps: nothing is 0, anything at least 1, the busiest 5', () => {
    expect([heatOf(0, 9), heatOf(1, 900), heatOf(9, 9), heatOf(1, 0)]).toEqual([0, 1, 5, 0])
    expect(byTown([mark('1', 0, 0, 'online', 2), mark('2', 0, 0, 'idle', 3)]).get('a')).toBe(5)
  })

  it('shows the gravest state and draws it on top', () => {
    expect(gravest(['offline', 'critical'])).toBe('critical')
    expect(gravest([])).toBe('idle')
    expect(
      inOrder([mark('1', 0, 0, 'critical'), mark('2', 0, 0), mark('3', 0, 0, 'overdue')]).map((one) => one.id),
    ).toEqual(['2', '3', '1'])
  })

  it('walks to the nearest point in the direction of an arrow', () => {
    const marks = [mark('middle', 50, 50), mark('right', 90, 55), mark('up', 52, 10), mark('far', 200, 50)]
    const from = marks[0] ?? mark('x', 0, 0)
    expect(neighbour(marks, from, 'ArrowRight')?.id).toBe('right')
    expect(neighbour(marks, from, 'ArrowUp')?.id).toBe('up')
    expect(neighbour(marks, from, 'ArrowLeft')).toBeNull()
    expect(neighbour(marks, from, 'x')).toBeNull()
  })
})

describe('CountyMap', () => {
  const drawing = {
    width: 100,
    height: 100,
    towns: [{ code: 'a', name: 'A', outline: [0, 0, 9, 0, 9, 9], label: [5, 5] }],
  }

  it('opens a point by click and by Enter, and says state and number', async () => {
    const map = mount(CountyMap, { props: { drawing, marks: [mark('1', 5, 5, 'critical', 4)] } })
    const point = map.get('[role="button"]')
    expect(point.attributes('aria-label')).toContain('危急值')
    await point.trigger('click')
    await point.trigger('keydown', { key: 'Enter' })
    expect(map.emitted('opened')).toEqual([['1'], ['1']])
    expect(map.text()).toContain('示意图')
  })
})
