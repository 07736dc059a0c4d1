// A screen names its own tab (a person, an exam number); the name is never stored.
import { watchEffect } from 'vue'
import { useTabs } from '../stores/tabs.ts'

/** Keep the tab of `path` titled with `title()` while it is not empty. */
export function useTabTitle(path: () => string, title: () => string): void {
  const tabs = useTabs()
  watchEffect(() => {
    const text = title()
    if (text) tabs.rename(path(), text)
  })
}
