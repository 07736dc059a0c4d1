// Open screens of the desk: at most 12, pinned ones stay, restored after a reload. Titles with names are never stored.
import { defineStore } from 'pinia'
import { computed, reactive, ref, watch } from 'vue'

export interface Tab {
  path: string
  /** Title given by the screen itself (a person's name, an exam number); null = the route's title. */
  ownTitle: string | null
  pinned: boolean
}

export const mostTabs = 12
const storageKey = 'tianmu-desk-tabs'

function isStored(value: unknown): value is { path: string; pinned: boolean } {
  return (
    typeof value === 'object' &&
    value !== null &&
    'path' in value &&
    typeof value.path === 'string' &&
    'pinned' in value
  )
}

function restored(): Tab[] {
  try {
    const stored: unknown = JSON.parse(sessionStorage.getItem(storageKey) ?? '[]')
    if (!Array.isArray(stored)) return []
    return stored
      .filter(isStored)
      .slice(0, mostTabs)
      .map((tab) => ({ path: tab.path, ownTitle: null, pinned: tab.pinned === true }))
  } catch {
    return []
  }
}

export const useTabs = defineStore('tabs', () => {
  const tabs = reactive<Tab[]>(restored())
  const current = ref('')
  const paths = computed(() => tabs.map((tab) => tab.path))

  const find = (path: string) => tabs.findIndex((tab) => tab.path === path)

  /** Show `path`; false when 12 pinned tabs leave no room. The oldest unpinned tab gives way. */
  function show(path: string): boolean {
    if (find(path) < 0) {
      if (tabs.length >= mostTabs) {
        const victim = tabs.findIndex((tab) => !tab.pinned && tab.path !== current.value)
        if (victim < 0) return false
        tabs.splice(victim, 1)
      }
      tabs.push({ path, ownTitle: null, pinned: false })
    }
    current.value = path
    return true
  }

  /** Close a tab; returns the path to go to when it was the one on screen, else null. */
  function close(path: string): string | null {
    const index = find(path)
    if (index < 0) return null
    tabs.splice(index, 1)
    if (current.value !== path) return null
    return (tabs[index] ?? tabs[index - 1])?.path ?? '/home'
  }

  function closeSome(keep: (tab: Tab, index: number) => boolean) {
    const kept = tabs.filter((tab, index) => tab.pinned || keep(tab, index))
    tabs.splice(0, tabs.length, ...kept)
  }

  function togglePin(path: string) {
    const tab = tabs[find(path)]
    if (!tab) return
    tab.pinned = !tab.pinned
    tabs.sort((a, b) => Number(b.pinned) - Number(a.pinned))
  }

  function rename(path: string, title: string) {
    const tab = tabs[find(path)]
    if (tab) tab.ownTitle = title
  }

  function clear() {
    tabs.splice(0, tabs.length)
  }

  watch(
    tabs,
    () => sessionStorage.setItem(storageKey, JSON.stringify(tabs.map(({ path, pinned }) => ({ path, pinned })))),
    { deep: true },
  )
  return { tabs, current, paths, show, close, closeSome, togglePin, rename, clear }
})
