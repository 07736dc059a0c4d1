// @vitest-environment happy-dom
// The last step keeps first and sends then: refusals are shown, a closed entry and a poor recording ask for a reason.
import { flushPromises, mount } from '@vue/test-utils'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Look } from '../../acquire/look.ts'
import type { Item } from '../../offline/queue.ts'
import type { Chosen } from '../../offline/people.ts'
import SendStep from './SendStep.vue'

const { queue } = vi.hoisted(() => ({
  queue: { items: [] as unknown[], add: vi.fn(), run: vi.fn(), retry: vi.fn() },
}))
vi.mock('../../stores/queue.ts', () => ({ useQueue: () => queue, QueueFull: class extends Error {} }))
vi.mock('../../stores/session.ts', () => ({
  useSession: () => ({ me: { home: { id: 'h1', name: 'Here' }, name: 'Nurse' } }),
}))

const person = { id: 'p1', name: 'One', sex: 'F', kind: 'resident' } as Chosen
const look = (quality: Look['quality']): Look => ({
  format: 'scp',
  leads: [],
  fs_hz: 500,
  duration_s: 10,
  started_at: '2026-11-23T08:00:00Z',
  patient: {},
  warnings: [],
  quality,
  duplicate_of: null,
  matches: [],
  signal_b64: '',
  judgedBy: 'engine',
  localSignal: null,
})
const request = { urgency: 'outpatient', department: '', requested_by: '', clinical_note: '' } as const
const item = (state: Item['state'], code = '') =>
  ({ id: 'i1', state, refusal: code ? { status: 409, code, title: 'refused', detail: '', traceId: '' } : null }) as Item
const page = (quality: Look['quality'] = { grade: 'A' }) =>
  mount(SendStep, {
    props: { files: [new File(['x'], 'a.scp')], preview: look(quality), person, request, orderId: '', acquiredAt: '' },
  })

async function answer(reason: string) {
  const area = document.querySelector('textarea')
  if (!area) throw new Error('no question')
  area.value = reason
  area.dispatchEvent(new Event('input'))
  await flushPromises()
  document.querySelector<HTMLButtonElement>('footer .primary')?.click()
  await flushPromises()
}

beforeEach(() => {
  queue.items = []
  queue.add.mockReset().mockResolvedValue('i1')
  queue.run.mockReset()
  queue.retry.mockReset()
})
afterEach(() => (document.body.innerHTML = ''))

test('an examination is kept before it is sent, and what is kept is shown when nothing answers', async () => {
  queue.run.mockImplementation(() => (queue.items = [item('waiting')]))
  const wrapper = page()
  await wrapper.get('button.go').trigger('click')
  await flushPromises()
  expect(queue.add.mock.invocationCallOrder[0]).toBeLessThan(queue.run.mock.invocationCallOrder[0] ?? 0)
  expect(queue.add.mock.calls[0]?.[0]).toMatchObject({
    institutionId: 'h1',
    person: { id: 'p1' },
    grade: 'A',
    qualityReason: '',
  })
  expect(wrapper.emitted('sent')).toHaveLength(1)
  wrapper.unmount()
})

test('for a closed entry the reason is asked, and the same examination goes with it', async () => {
  queue.run.mockImplementation(() => (queue.items = [item('failed', 'residents.closed')]))
  queue.retry.mockImplementation(() => (queue.items = [item('sent')]))
  const wrapper = page()
  await wrapper.get('button.go').trigger('click')
  await flushPromises()
  await answer('here in person')
  expect(queue.retry.mock.calls).toEqual([['i1', { closedReason: 'here in person' }]])
  expect(queue.add).toHaveBeenCalledTimes(1)
  expect(wrapper.emitted('sent')).toHaveLength(1)
  wrapper.unmount()
})

test('another refusal is only shown', async () => {
  queue.run.mockImplementation(() => (queue.items = [item('failed', 'ecg.file_truncated')]))
  const wrapper = page()
  await wrapper.get('button.go').trigger('click')
  await flushPromises()
  expect(document.querySelector('textarea')).toBeNull()
  expect(wrapper.find('[role="alert"]').exists()).toBe(true)
  expect(wrapper.emitted('sent')).toBeUndefined()
  wrapper.unmount()
})

test.each([{ grade: 'D' }, { grade: 'A', reversals: ['RA_LA'] }])(
  'a doubtful recording %j goes only with a reason',
  async (quality) => {
    queue.run.mockImplementation(() => (queue.items = [item('sent')]))
    const wrapper = page(quality)
    await wrapper.get('button.go').trigger('click')
    await flushPromises()
    expect(queue.add).not.toHaveBeenCalled()
    await answer('emergency, cannot be repeated')
    expect(queue.add.mock.calls[0]?.[0]).toMatchObject({ qualityReason: 'emergency, cannot be repeated' })
    expect(wrapper.emitted('sent')).toHaveLength(1)
    wrapper.unmount()
  },
)
