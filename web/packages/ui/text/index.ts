// The texts of the shared components, in the language on screen.
import { createCatalogue } from './catalogue.ts'
import zhCN from './zh-CN.ts'

export { language, setLanguage, createCatalogue } from './catalogue.ts'
export type { Language } from './catalogue.ts'

export const t = createCatalogue(zhCN, () => import('./en.ts').then((module) => module.default))
