// @vitest-environment happy-dom
import { mount } from '@vue/test-utils'
import { afterEach, expect, test, vi } from 'vitest'
import { h, nextTick, ref } from 'vue'
import TmDialog from './TmDialog.vue'
import TmReasonDialog from './TmReasonDialog.vue'

afterEach(() => (document.body.innerHTML = ''))

const panel = () => document.querySelector<HTMLElement>('[role="dialog"]')

test('a dialog has a name, takes the focus, and Esc closes it', async () => {
  const wrapper = mount(TmDialog, { props: { title: 'Title', open: true }, slots: { default: '<input autofocus>' } })
  await nextTick()
  await nextTick()
  expect(panel()?.getAttribute('aria-labelledby')).toBe(panel()?.querySelector('h2')?.id)
  expect(document.activeElement?.tagName).toBe('INPUT')
  panel()?.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true }))
  await nextTick()
  expect(wrapper.emitted('update:open')).toEqual([[false]])
  wrapper.unmount()
})

test('when what had the focus goes away, the dialog keeps it, and Esc still closes', async () => {
  const show = ref(true)
  const content = () => (show.value ? h('input', { autofocus: true }) : h('button', { autofocus: true }, 'Edit'))
  const wrapper = mount(TmDialog, { props: { title: 'Title', open: true }, slots: { default: content } })
  await nextTick()
  await nextTick()
  show.value = false
  await vi.waitFor(() => expect(document.activeElement?.textContent).toBe('Edit'))
  document.activeElement?.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true }))
  expect(wrapper.emitted('update:open')).toEqual([[false]])
  wrapper.unmount()
})

test('a locked dialog cannot be left', async () => {
  const wrapper = mount(TmDialog, { props: { title: 'Locked', open: true, locked: true } })
  await nextTick()
  panel()?.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true }))
  await nextTick()
  expect(wrapper.emitted('update:open')).toBeUndefined()
  wrapper.unmount()
})

test('a reason of two characters at least is needed', async () => {
  const wrapper = mount(TmReasonDialog, { props: { title: 'Why', open: true } })
  await nextTick()
  const area = document.querySelector('textarea')
  const confirm = () => document.querySelector<HTMLButtonElement>('footer .primary')
  expect(confirm()?.disabled).toBe(true)
  if (area) {
    area.value = ' lead off '
    area.dispatchEvent(new Event('input'))
  }
  await nextTick()
  expect(confirm()?.disabled).toBe(false)
  confirm()?.click()
  expect(wrapper.emitted('confirmed')).toEqual([['lead off']])
  wrapper.unmount()
})
