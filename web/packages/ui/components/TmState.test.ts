// @vitest-environment happy-dom
import { mount } from '@vue/test-utils'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { nextTick } from 'vue'
import TmState from './TmState.vue'
import type { ViewState } from '../view.ts'

const show = (view: ViewState) => mount(TmState, { props: { view }, slots: { default: '<p class="data">data</p>' } })

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

test('loading shows its skeleton only after 200 ms', async () => {
  const wrapper = show({ kind: 'loading' })
  expect(wrapper.findAll('.bar')).toHaveLength(0)
  vi.advanceTimersByTime(199)
  await nextTick()
  expect(wrapper.findAll('.bar')).toHaveLength(0)
  vi.advanceTimersByTime(1)
  await nextTick()
  expect(wrapper.findAll('.bar')).toHaveLength(6)
  expect(wrapper.attributes('aria-busy')).toBe('true')
})

test('empty says why and its action is heard', async () => {
  const wrapper = show({ kind: 'empty', why: 'nobody yet', action: 'register' })
  expect(wrapper.text()).toContain('nobody yet')
  await wrapper.get('button').trigger('click')
  expect(wrapper.emitted('acted')).toHaveLength(1)
})

test('an error shows title, code and trace id and can be tried again', async () => {
  const wrapper = show({ kind: 'error', problem: { title: 'Busy', status: 503, code: 'api.busy', traceId: 'abc123' } })
  expect(wrapper.text()).toContain('Busy')
  expect(wrapper.text()).toContain('api.busy')
  expect(wrapper.text()).toContain('abc123')
  const buttons = wrapper.findAll('button')
  await buttons[buttons.length - 1]?.trigger('click')
  expect(wrapper.emitted('retried')).toHaveLength(1)
})

test('stale and partial keep the data on screen, ready shows only the data', () => {
  expect(show({ kind: 'stale', since: '2026-11-23 08:05' }).text()).toContain('2026-11-23 08:05')
  expect(show({ kind: 'stale', since: 'x' }).find('.data').exists()).toBe(true)
  expect(show({ kind: 'partial' }).find('.data').exists()).toBe(true)
  expect(show({ kind: 'ready' }).text()).toBe('data')
})
