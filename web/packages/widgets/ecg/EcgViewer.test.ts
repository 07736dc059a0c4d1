// @vitest-environment happy-dom
import { mount } from '@vue/test-utils'
import { beforeEach, expect, it, vi } from 'vitest'
import { nextTick } from 'vue'
import { setLanguage } from '../../ui/text/catalogue.ts'
import EcgCardCalibration from './EcgCardCalibration.vue'
import EcgSerial from './EcgSerial.vue'
import EcgViewer from './EcgViewer.vue'
import { screenKey } from './calibrate.ts'
import { DEFAULT_SETTINGS, type EcgSettings } from './model.ts'
import { sampleRecording } from './sample.ts'

beforeEach(() => {
  localStorage.clear()
  vi.stubGlobal(
    'ResizeObserver',
    class {
      observe() {}
      disconnect() {}
    },
  )
})

const mounted = () => {
  const wrapper = mount(EcgViewer, {
    props: {
      recording: sampleRecording(10),
      settings: DEFAULT_SETTINGS,
      'onUpdate:settings': (settings: EcgSettings) => wrapper.setProps({ settings }),
    },
    attachTo: document.body,
  })
  return wrapper
}

it('has names, help and a table for those who do not see the picture', () => {
  const wrapper = mounted()
  const paper = wrapper.get('[role="application"]')
  expect(paper.attributes('tabindex')).toBe('0')
  const described = paper.attributes('aria-describedby')?.split(' ') ?? []
  expect(described.map((id) => document.getElementById(id)?.tagName)).toEqual(['P', 'DETAILS'])
  const text = wrapper.text()
  expect(text).toContain('PR')
  expect(text).toContain('178')
  expect(text).toContain('—')
  expect(wrapper.findAll('table').length).toBe(3)
  wrapper.unmount()
})

it('changes settings by the toolbar and by keys, both the same', async () => {
  const wrapper = mounted()
  const select = wrapper.findAll('select')[4]
  if (select) select.element.selectedIndex = 5
  await select?.trigger('change')
  expect(wrapper.props('settings').speedMmPerS).toBe(50)
  await wrapper.get('[role="application"]').trigger('keydown', { key: '-' })
  expect(wrapper.props('settings').gainMmPerMv).toBe(5)
  await wrapper.get('input[type="checkbox"]').trigger('change')
  expect(wrapper.props('settings').chestHalf).toBe(true)
  wrapper.unmount()
})

it('speaks the language on screen', async () => {
  const wrapper = mounted()
  expect(wrapper.get('[role="toolbar"]').attributes('aria-label')).toBe('心电图显示设置')
  await setLanguage('en')
  await nextTick()
  expect(wrapper.get('[role="toolbar"]').attributes('aria-label')).toBe('ECG display settings')
  await setLanguage('zh-CN')
  wrapper.unmount()
})

it('calibration gives pixels per millimetre and remembers them', async () => {
  const wrapper = mount(EcgCardCalibration, { props: { pxPerMm: 4 }, attachTo: document.body })
  await wrapper.get('input').setValue('428')
  await wrapper.findAll('button')[2]?.trigger('click')
  expect(wrapper.emitted('confirmed')).toEqual([[5]])
  expect(wrapper.emitted('closed')?.length).toBe(1)
  wrapper.unmount()
})

it('takes over the scale of this screen', () => {
  const { width, height } = window.screen
  localStorage.setItem(screenKey(width, height, window.devicePixelRatio), '5.25000')
  const wrapper = mount(EcgViewer, { props: { recording: sampleRecording(10), settings: DEFAULT_SETTINGS } })
  expect(wrapper.emitted<[EcgSettings]>('update:settings')?.[0]?.[0].pxPerMm).toBe(5.25)
  wrapper.unmount()
})

it('serial comparison marks what changed by sign and word', () => {
  const now = sampleRecording(10)
  const before = {
    ...now,
    measurements: now.measurements.map((row) => (row.key === 'pr_ms' ? { ...row, value: 130 } : row)),
  }
  const wrapper = mount(EcgSerial, { props: { now, before } })
  expect(wrapper.findAll('svg').length).toBe(12)
  expect(wrapper.findAll('tr.marked').length).toBe(1)
  expect(wrapper.get('tr.marked').text()).toContain('△ 变化显著')
})
