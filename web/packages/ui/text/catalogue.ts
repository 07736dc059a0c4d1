// Typed text catalogues: Chinese is the source, English has the same type, the language switches at run time.
import { shallowReactive, shallowRef } from 'vue'

export type Language = 'zh-CN' | 'en'

interface Registered {
  use(language: Language): Promise<void>
}

const registered: Registered[] = []
const current = shallowRef<Language>('zh-CN')

/** The language on screen now; reactive. */
export function language(): Language {
  return current.value
}

/** Register a catalogue: `chinese` is shown at once, `loadEnglish` fetched when first wanted. Returns the reactive texts. */
export function createCatalogue<T extends object>(chinese: T, loadEnglish: () => Promise<T>): T {
  const shown = shallowReactive({ ...chinese })
  const use = async (wanted: Language) => {
    Object.assign(shown, wanted === 'en' ? await loadEnglish() : chinese)
  }
  registered.push({ use })
  if (current.value === 'en') void use('en')
  return shown
}

/** Switch every registered catalogue, then the page's `lang`. */
export async function setLanguage(wanted: Language): Promise<void> {
  await Promise.all(registered.map((catalogue) => catalogue.use(wanted)))
  current.value = wanted
  document.documentElement.lang = wanted
}
