// Sending for a closed entry: the refusal asks for the reason, and sending goes on with it.
import { flushPromises, mount } from '@vue/test-utils'
import { afterEach, expect, test, vi } from 'vitest'
import { ref } from 'vue'
import { ApiProblem, type ImportPreview, type Resident } from '@tianmu/api'
import SendStep from './SendStep.vue'

const { register, send } = vi.hoisted(() => ({ register: vi.fn(), send: vi.fn() }))
vi.mock('@tianmu/api/queries/imports.ts', () => ({
  useRegisterOrder: () => ({ mutateAsync: register, isPending: ref(false) }),
  useSendImport: () => ({ mutateAsync: send, isPending: ref(false) }),
}))

const person = { id: 'p1', name: 'One', sex: 'F', kind: 'resident' } as Resident
const preview = {
  format: 'scp',
  started_at: '2026-11-23T08:00:00Z',
  quality: { grade: 'A' },
  patient: {},
  matches: [],
} as unknown as ImportPreview
const request = { urgency: 'outpatient', department: '', requested_by: '', clinical_note: '' } as const
const page = () =>
  mount(SendStep, { props: { files: [new File(['x'], 'a.scp')], preview, person, request, orderId: '' } })

afterEach(() => (document.body.innerHTML = ''))

test('for a closed entry the reason is asked, and the order is registered with it', async () => {
  register.mockRejectedValueOnce(new ApiProblem({ title: 'closed', status: 409, code: 'residents.closed' }))
  register.mockResolvedValueOnce({ id: 'o1' })
  send.mockResolvedValueOnce({ order: { id: 'o1' } })
  const wrapper = page()
  await wrapper.get('button.go').trigger('click')
  await flushPromises()
  const area = document.querySelector('textarea')
  expect(area).not.toBeNull()
  if (area) {
    area.value = 'here in person'
    area.dispatchEvent(new Event('input'))
  }
  await flushPromises()
  document.querySelector<HTMLButtonElement>('footer .primary')?.click()
  await flushPromises()
  expect(register.mock.calls.map(([order]) => order.closed_reason)).toEqual(['', 'here in person'])
  expect(send.mock.calls[0]?.[0].orderId).toBe('o1')
  expect(wrapper.emitted('sent')).toHaveLength(1)
  wrapper.unmount()
})

test('another refusal is only shown', async () => {
  register.mockRejectedValueOnce(new ApiProblem({ title: 'refused', status: 403, code: 'access.refused' }))
  const wrapper = page()
  await wrapper.get('button.go').trigger('click')
  await flushPromises()
  expect(document.querySelector('textarea')).toBeNull()
  expect(wrapper.find('[role="alert"]').exists()).toBe(true)
  wrapper.unmount()
})
