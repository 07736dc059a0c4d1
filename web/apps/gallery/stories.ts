// What the gallery shows: its own pages of shared components, and the `gallery.vue` of every widget folder.
import { defineAsyncComponent, type Component } from 'vue'
import { t } from './text/index.ts'

export interface Story {
  key: string
  title: string
  view: Component
}

type Loader = () => Promise<{ default: Component }>

const own = import.meta.glob<{ default: Component }>('./stories/*.vue')
const widgets = import.meta.glob<{ default: Component }>('../../packages/widgets/*/gallery.vue')

const asStory = (key: string, load: Loader): Story => ({
  key,
  title: t.stories[key] ?? key,
  view: defineAsyncComponent(load),
})

/** Every page, shared components first. */
export function stories(): Story[] {
  const shared = Object.entries(own).map(([path, load]) => asStory(path.replace(/^.*\/(\w+)Story\.vue$/, '$1'), load))
  const drawn = Object.entries(widgets).map(([path, load]) =>
    asStory(path.replace(/^.*\/widgets\/(\w+)\/.*$/, '$1'), load),
  )
  return [...shared, ...drawn]
}
