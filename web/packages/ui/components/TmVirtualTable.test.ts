// @vitest-environment happy-dom
import { mount } from '@vue/test-utils'
import { expect, test } from 'vitest'
import TmVirtualTable from './TmVirtualTable.vue'
import type { TableColumn } from '../table.ts'

interface Row {
  id: string
  name: string
}

const rows: Row[] = Array.from({ length: 5000 }, (_, index) => ({ id: `r${index}`, name: `name ${index}` }))
const columns: TableColumn<Row>[] = [
  { key: 'name', title: 'Name', widthPx: 100, sortable: true, text: (row) => row.name },
]

function table(selected: string | null = null) {
  return mount(TmVirtualTable<Row>, {
    props: { columns, rows, caption: 'People', selected, total: 9000 },
    attachTo: document.body,
  })
}

test('five thousand rows are a real table with at most 60 row elements, and the true count is told', () => {
  const wrapper = table()
  expect(wrapper.findAll('tbody tr:not(.pad)').length).toBeLessThanOrEqual(60)
  expect(wrapper.get('table').attributes('aria-rowcount')).toBe('9001')
  expect(wrapper.get('caption').text()).toBe('People')
})

test('arrows and J K move the selection, Enter opens it', async () => {
  const wrapper = table()
  await wrapper.trigger('keydown', { key: 'ArrowDown' })
  expect(wrapper.emitted('update:selected')?.[0]).toEqual(['r0'])
  await wrapper.setProps({ selected: 'r4' })
  await wrapper.trigger('keydown', { key: 'k' })
  expect(wrapper.emitted('update:selected')?.[1]).toEqual(['r3'])
  await wrapper.trigger('keydown', { key: 'Enter' })
  expect(wrapper.emitted('opened')?.[0]).toEqual([rows[3]])
})

test('Enter without a selection opens the first row', async () => {
  const wrapper = table()
  await wrapper.trigger('keydown', { key: 'Enter' })
  expect(wrapper.emitted('opened')?.[0]).toEqual([rows[0]])
})

test('a heading asks for its order, a second time for the reverse', async () => {
  const wrapper = table()
  await wrapper.get('th button').trigger('click')
  expect(wrapper.emitted('sorted')?.[0]).toEqual([{ key: 'name', descending: false }])
  await wrapper.setProps({ sort: { key: 'name', descending: false } })
  await wrapper.get('th button').trigger('click')
  expect(wrapper.emitted('sorted')?.[1]).toEqual([{ key: 'name', descending: true }])
  expect(wrapper.get('th').attributes('aria-sort')).toBe('ascending')
})
