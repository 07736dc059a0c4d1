// @vitest-environment happy-dom
import { mount } from '@vue/test-utils'
import { expect, test } from 'vitest'
import TmPasswordForm from './TmPasswordForm.vue'
import TmSignInForm from './TmSignInForm.vue'

const refused = (code: string) => ({ title: 'refused', status: 401, code })

test('the code is asked for only when the server wants it, and sent without blanks', async () => {
  const wrapper = mount(TmSignInForm, { props: { login: 'reader1', password: 'secret' }, attachTo: document.body })
  expect(wrapper.find('[name="code"]').exists()).toBe(false)
  await wrapper.find('form').trigger('submit')
  expect(wrapper.emitted('submitted')?.[0]).toEqual([{ login: 'reader1', password: 'secret' }])

  await wrapper.setProps({ problem: refused('access.second_factor_needed') })
  expect(document.activeElement?.getAttribute('name')).toBe('code')
  expect(wrapper.find('[role="alert"]').exists()).toBe(false)
  await wrapper.find('[name="code"]').setValue('123 456')
  await wrapper.find('form').trigger('submit')
  expect(wrapper.emitted('submitted')?.[1]).toEqual([{ login: 'reader1', password: 'secret', code: '123456' }])

  await wrapper.setProps({ problem: refused('access.second_factor_wrong') })
  expect(wrapper.find('[role="alert"]').exists()).toBe(true)
  await wrapper.setProps({ login: 'reader2', problem: null })
  expect(wrapper.find('[name="code"]').exists()).toBe(false)
  wrapper.unmount()
})

test('a new password is sent only when typed twice alike', async () => {
  const wrapper = mount(TmPasswordForm)
  await wrapper.find('[name="old"]').setValue('first')
  await wrapper.find('[name="fresh"]').setValue('County-health-9')
  await wrapper.find('[name="repeated"]').setValue('County-health-8')
  await wrapper.find('form').trigger('submit')
  expect(wrapper.emitted('submitted')).toBeUndefined()
  await wrapper.find('[name="repeated"]').setValue('County-health-9')
  await wrapper.find('form').trigger('submit')
  expect(wrapper.emitted('submitted')).toEqual([[{ old_password: 'first', new_password: 'County-health-9' }]])
})
