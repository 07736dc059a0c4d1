// @vitest-environment happy-dom
import { mount } from '@vue/test-utils'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import TmAlarmPanel from './TmAlarmPanel.vue'
import type { AlarmItem } from '../alarm.ts'

const started = vi.fn()

class FakeAudio {
  state = 'running'
  currentTime = 0
  destination = {}
  createGain = () => ({ gain: { value: 0 }, connect: () => undefined })
  createOscillator = () => ({
    frequency: { value: 0 },
    connect: () => undefined,
    start: started,
    stop: () => undefined,
  })
  resume = async () => undefined
  close = async () => undefined
}

const alarm: AlarmItem = {
  id: 'a1',
  title: 'STEMI',
  person: 'Zhang San',
  place: 'Nandu',
  foundAt: '2026-11-23T08:00:00+08:00',
  dueAt: '2026-11-23T08:05:00+08:00',
  taken: false,
  advisory: true,
}

beforeEach(() => {
  vi.useFakeTimers({ now: new Date('2026-11-23T08:02:00+08:00') })
  vi.stubGlobal('AudioContext', FakeAudio)
  started.mockClear()
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

test('rings at once, again after 30 s, and stops when taken', async () => {
  const wrapper = mount(TmAlarmPanel, { props: { alarms: [alarm] } })
  await vi.advanceTimersByTimeAsync(0)
  expect(started).toHaveBeenCalledTimes(6)
  await vi.advanceTimersByTimeAsync(30_000)
  expect(started).toHaveBeenCalledTimes(12)
  await wrapper.setProps({ alarms: [{ ...alarm, taken: true }] })
  await vi.advanceTimersByTimeAsync(60_000)
  expect(started).toHaveBeenCalledTimes(12)
  wrapper.unmount()
})

test('one ringing lasts no longer than 3 s', async () => {
  const wrapper = mount(TmAlarmPanel, { props: { alarms: [alarm] } })
  await vi.advanceTimersByTimeAsync(0)
  const last = Math.max(...started.mock.calls.map((call) => Number(call[0])))
  expect(last + 0.3).toBeLessThanOrEqual(3)
  wrapper.unmount()
})

test('counts the minutes left, then those over, and takes by its button', async () => {
  const wrapper = mount(TmAlarmPanel, { props: { alarms: [alarm] } })
  await vi.advanceTimersByTimeAsync(0)
  expect(wrapper.get('.clock').text()).toContain('3')
  await vi.advanceTimersByTimeAsync(300_000)
  expect(wrapper.get('.clock').classes()).toContain('late')
  await wrapper.get('.actions button').trigger('click')
  expect(wrapper.emitted('taken')).toEqual([['a1']])
  expect(wrapper.findAll('[role="alertdialog"]')).toHaveLength(1)
  wrapper.unmount()
})

test('without alarms there is nothing', () => {
  expect(mount(TmAlarmPanel, { props: { alarms: [] } }).html()).toBe('<!--v-if-->')
})
