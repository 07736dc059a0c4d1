// Texts of duplicates, families, consents and standing, in the language on screen.
import { createCatalogue } from '@tianmu/ui'
import zhCN from './people.zh-CN.ts'

export const t = createCatalogue(zhCN, () => import('./people.en.ts').then((module) => module.default))
