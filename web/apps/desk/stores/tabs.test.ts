// @vitest-environment happy-dom
import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, expect, test } from 'vitest'
import { nextTick } from 'vue'
import { mostTabs, useTabs } from './tabs.ts'

beforeEach(() => {
  sessionStorage.clear()
  setActivePinia(createPinia())
})

test('a path opens once and becomes the current one', () => {
  const store = useTabs()
  store.show('/a')
  store.show('/b')
  store.show('/a')
  expect(store.paths).toEqual(['/a', '/b'])
  expect(store.current).toBe('/a')
})

test('the thirteenth tab takes the place of the oldest that is not pinned', () => {
  const store = useTabs()
  for (let n = 1; n <= mostTabs; n++) store.show(`/${n}`)
  store.togglePin('/1')
  expect(store.show('/13')).toBe(true)
  expect(store.paths).toHaveLength(mostTabs)
  expect(store.paths[0]).toBe('/1')
  expect(store.paths).not.toContain('/2')
})

test('twelve pinned tabs refuse another', () => {
  const store = useTabs()
  for (let n = 1; n <= mostTabs; n++) {
    store.show(`/${n}`)
    store.togglePin(`/${n}`)
  }
  expect(store.show('/13')).toBe(false)
  expect(store.paths).not.toContain('/13')
})

test('closing the current tab goes to its neighbour, closing another stays', () => {
  const store = useTabs()
  for (const path of ['/a', '/b', '/c']) store.show(path)
  expect(store.close('/a')).toBeNull()
  expect(store.close('/c')).toBe('/b')
})

test('close others keeps pinned ones', () => {
  const store = useTabs()
  for (const path of ['/a', '/b', '/c']) store.show(path)
  store.togglePin('/a')
  store.closeSome((tab) => tab.path === '/c')
  expect(store.paths).toEqual(['/a', '/c'])
})

test('after a reload the tabs are there, names are not', async () => {
  const store = useTabs()
  store.show('/people/1')
  store.rename('/people/1', 'Zhang San')
  await nextTick()
  expect(sessionStorage.getItem('tianmu-desk-tabs')).toBe('[{"path":"/people/1","pinned":false}]')
  setActivePinia(createPinia())
  expect(useTabs().tabs).toEqual([{ path: '/people/1', ownTitle: null, pinned: false }])
})
