// Texts of changing a contract's data, ending it and taking facts back, in the language on screen.
import { createCatalogue } from '@tianmu/ui'
import zhCN from './terms.zh-CN.ts'

export const t = createCatalogue(zhCN, () => import('./terms.en.ts').then((module) => module.default))
