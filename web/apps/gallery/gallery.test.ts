// Nothing may be missing from the gallery: every shared component is used in a story, every widget folder has its page.
import { expect, test } from 'vitest'

const shared = Object.keys(import.meta.glob('../../packages/ui/components/Tm*.vue'))
const pages = import.meta.glob<string>(['./App.vue', './stories/*.vue'], {
  query: '?raw',
  import: 'default',
  eager: true,
})
const folder = (path: string) => path.replace(/^.*\/widgets\/(\w+)\/.*$/, '$1')
const widgets = new Set(Object.keys(import.meta.glob('../../packages/widgets/*/*.vue')).map(folder))
const shown = new Set(Object.keys(import.meta.glob('../../packages/widgets/*/gallery.vue')).map(folder))

test('every shared component stands in a story', () => {
  const text = Object.values(pages).join('\n')
  const names = shared.map((path) => path.replace(/^.*\/(\w+)\.vue$/, '$1'))
  expect(names.length).toBeGreaterThan(10)
  expect(names.filter((name) => !new RegExp(`<${name}[\\s>]`).test(text))).toEqual([])
})

test('every widget folder has a gallery page', () => {
  expect([...widgets].filter((name) => !shown.has(name))).toEqual([])
})
