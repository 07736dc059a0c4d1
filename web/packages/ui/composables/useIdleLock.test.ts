// @vitest-environment happy-dom
import { mount } from '@vue/test-utils'
import { defineComponent, h } from 'vue'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { useIdleLock } from './useIdleLock.ts'

const onIdle = vi.fn()
let reset: () => void
let wrapper: ReturnType<typeof mount>

beforeEach(() => {
  vi.useFakeTimers()
  onIdle.mockClear()
  const Host = defineComponent({
    setup() {
      reset = useIdleLock(() => 60_000, onIdle).reset
      return () => h('div')
    },
  })
  wrapper = mount(Host)
})

afterEach(() => {
  wrapper.unmount()
  vi.useRealTimers()
})

test('locks once after the pause', () => {
  vi.advanceTimersByTime(59_000)
  expect(onIdle).not.toHaveBeenCalled()
  vi.advanceTimersByTime(120_000)
  expect(onIdle).toHaveBeenCalledTimes(1)
})

test('a key starts the pause anew', () => {
  vi.advanceTimersByTime(50_000)
  document.dispatchEvent(new KeyboardEvent('keydown', { key: 'a' }))
  vi.advanceTimersByTime(59_000)
  expect(onIdle).not.toHaveBeenCalled()
})

test('after unlocking it can lock again', () => {
  vi.advanceTimersByTime(61_000)
  reset()
  vi.advanceTimersByTime(61_000)
  expect(onIdle).toHaveBeenCalledTimes(2)
})
