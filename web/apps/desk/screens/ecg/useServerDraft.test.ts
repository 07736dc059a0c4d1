// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { defineComponent, h, nextTick, ref } from 'vue'
import { mount } from '@vue/test-utils'
import { ApiProblem } from '@tianmu/api'
import { useServerDraft, type Stored } from './useServerDraft.ts'

type Text = { text: string }

const stored = ref<Stored<Text> | undefined>({ draft: { text: '' }, revision: undefined })
const send = vi.fn<(draft: Text, revision: number | undefined) => Promise<number>>()
const refused = vi.fn()
const problemOf = (status: number, extra = {}) => new ApiProblem({ status, title: 'no', code: 'x', ...extra })

function open() {
  let writing!: ReturnType<typeof useServerDraft<Text, string>>
  const page = mount(
    defineComponent({
      setup() {
        writing = useServerDraft<Text, string>({
          name: 'test',
          empty: () => ({ text: '' }),
          copy: ({ text }) => ({ text }),
          isDraft: (value): value is Text => typeof value === 'object',
          writable: () => true,
          stored: () => stored.value,
          send,
          theirs: (problem) =>
            problem.status === 412 ? { draft: { text: 'theirs' }, revision: 7, shown: 'theirs' } : null,
          refused,
        })
        return () => h('p')
      },
    }),
  )
  return { writing, page }
}

async function type(writing: ReturnType<typeof open>['writing'], text: string) {
  writing.draft.value = { text }
  await nextTick()
}

describe('a text that is written', () => {
  beforeEach(() => {
    vi.useFakeTimers()
    stored.value = { draft: { text: '' }, revision: undefined }
    send.mockReset().mockResolvedValue(1)
    refused.mockReset()
  })
  afterEach(() => vi.useRealTimers())

  test('goes to the server four seconds after the first change, once, as it is by then', async () => {
    const { writing } = open()
    await type(writing, 'a')
    await vi.advanceTimersByTimeAsync(3000)
    await type(writing, 'ab')
    expect(send).not.toHaveBeenCalled()
    await vi.advanceTimersByTimeAsync(1000)
    expect(send.mock.calls).toEqual([[{ text: 'ab' }, undefined]])
    expect(writing.saveState.value).toBe('saved')
  })

  test('is tried again where nobody answered, and when the network is back', async () => {
    const { writing } = open()
    send.mockRejectedValueOnce(problemOf(0)).mockRejectedValueOnce(problemOf(503)).mockResolvedValue(2)
    await type(writing, 'a')
    await vi.advanceTimersByTimeAsync(4000)
    expect(writing.saveState.value).toBe('failed')
    await vi.advanceTimersByTimeAsync(15_000)
    expect(send).toHaveBeenCalledTimes(2)
    window.dispatchEvent(new Event('online'))
    await vi.advanceTimersByTimeAsync(0)
    expect(writing.saveState.value).toBe('saved')
    expect(refused).not.toHaveBeenCalled()
  })

  test('over another one shows both; keeping mine sends it over theirs', async () => {
    const { writing } = open()
    send.mockRejectedValueOnce(problemOf(412)).mockResolvedValue(8)
    await type(writing, 'mine')
    expect(await writing.flush()).toBe(false)
    expect(writing.other.value?.shown).toBe('theirs')
    writing.solve('mine')
    await vi.advanceTimersByTimeAsync(0)
    expect(send.mock.lastCall).toEqual([{ text: 'mine' }, 7])
    expect(writing.other.value).toBeNull()
  })

  test('over another one is dropped when theirs is taken', async () => {
    const { writing } = open()
    send.mockRejectedValueOnce(problemOf(412))
    await type(writing, 'mine')
    await writing.flush()
    writing.solve('theirs')
    expect(writing.draft.value).toEqual({ text: 'theirs' })
    expect(await writing.flush()).toBe(true)
    expect(send).toHaveBeenCalledTimes(1)
  })

  test('that the server refuses says so and stays', async () => {
    const { writing } = open()
    send.mockRejectedValue(problemOf(409))
    await type(writing, 'a')
    await writing.flush()
    expect(refused).toHaveBeenCalledTimes(1)
    expect(writing.draft.value).toEqual({ text: 'a' })
  })

  test('follows the server until something is written', async () => {
    const { writing } = open()
    stored.value = { draft: { text: 'one' }, revision: 1 }
    await nextTick()
    expect(writing.draft.value).toEqual({ text: 'one' })
    await type(writing, 'two')
    stored.value = { draft: { text: 'elsewhere' }, revision: 2 }
    await nextTick()
    expect(writing.draft.value).toEqual({ text: 'two' })
  })

  test('is sent when its page closes', async () => {
    const { writing, page } = open()
    await type(writing, 'a')
    page.unmount()
    await vi.advanceTimersByTimeAsync(0)
    expect(send).toHaveBeenCalledTimes(1)
  })
})
