// The texts of the shared components, in the language on screen.
import { createCatalogue } from './catalogue.ts'
import problemsZhCN from './problems.zh-CN.ts'
import zhCN from './zh-CN.ts'

export { language, setLanguage, createCatalogue } from './catalogue.ts'
export type { Language } from './catalogue.ts'

export const t = createCatalogue(zhCN, () => import('./en.ts').then((module) => module.default))

/** What each error code means and what to do about it. */
export const problems: Readonly<Record<string, { what: string; todo: string }>> = createCatalogue<
  Record<string, { what: string; todo: string }>
>(problemsZhCN, () => import('./problems.en.ts').then((module) => module.default))
