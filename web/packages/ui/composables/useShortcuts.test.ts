// @vitest-environment happy-dom
import { mount } from '@vue/test-utils'
import { defineComponent, h } from 'vue'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { activeShortcuts, keyName, loadBindings, rebind, useShortcuts } from './useShortcuts.ts'

const open = vi.fn()
const save = vi.fn()
let wrapper: ReturnType<typeof mount>

beforeEach(() => {
  loadBindings({})
  open.mockClear()
  save.mockClear()
  const Screen = defineComponent({
    setup() {
      useShortcuts(() => [
        { command: 'list.open', label: 'Open', keys: 'Enter / O', scope: 'list', editable: true, run: open },
        { command: 'form.save', label: 'Save', keys: 'Ctrl+S', scope: 'form', editable: true, run: save },
      ])
      return () => h('div', [h('input', { type: 'text' })])
    },
  })
  wrapper = mount(Screen, { attachTo: document.body })
})

afterEach(() => wrapper.unmount())

function press(target: EventTarget, key: string, init: KeyboardEventInit = {}) {
  target.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...init }))
}

test('a key runs its command, either of two bindings', () => {
  press(document.body, 'Enter')
  press(document.body, 'o')
  expect(open).toHaveBeenCalledTimes(2)
})

test('inside a text field only Ctrl, Alt and F keys work', () => {
  const input = wrapper.find('input').element
  press(input, 'o')
  press(input, 's', { ctrlKey: true })
  expect(open).not.toHaveBeenCalled()
  expect(save).toHaveBeenCalledTimes(1)
})

test('Enter and Space on a control press the control, other keys there are commands', () => {
  const button = document.body.appendChild(document.createElement('button'))
  press(button, 'Enter')
  expect(open).not.toHaveBeenCalled()
  press(button, 'o')
  expect(open).toHaveBeenCalledTimes(1)
  button.remove()
})

test('a new binding is used, a conflict and a browser key are refused', () => {
  expect(rebind('list.open', 'Ctrl+S')).toEqual({ kind: 'conflict', label: 'Save' })
  expect(rebind('list.open', 'F5')).toEqual({ kind: 'reserved' })
  expect(rebind('list.open', 'F9')).toEqual({ kind: 'changed' })
  press(document.body, 'F9')
  expect(open).toHaveBeenCalledTimes(1)
})

test('commands leave the table with their screen', () => {
  wrapper.unmount()
  expect(activeShortcuts()).toEqual([])
  press(document.body, 'o')
  expect(open).not.toHaveBeenCalled()
})

test('key names: question mark without Shift, capital letters with it', () => {
  expect(keyName(new KeyboardEvent('keydown', { key: '?', shiftKey: true }))).toBe('?')
  expect(keyName(new KeyboardEvent('keydown', { key: 'F7', shiftKey: true }))).toBe('Shift+F7')
  expect(keyName(new KeyboardEvent('keydown', { key: ' ' }))).toBe('Space')
})
