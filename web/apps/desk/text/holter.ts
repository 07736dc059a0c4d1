// Texts of the Holter station, in the language on screen; loaded with its screens.
import { createCatalogue } from '@tianmu/ui'
import zhCN from './holter.zh-CN.ts'

export const t = createCatalogue(zhCN, () => import('./holter.en.ts').then((module) => module.default))
