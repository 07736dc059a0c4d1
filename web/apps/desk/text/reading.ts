// Texts of the reading room beyond list and report, in the language on screen; loaded with its screens.
import { createCatalogue } from '@tianmu/ui'
import zhCN from './reading.zh-CN.ts'

export const t = createCatalogue(zhCN, () => import('./reading.en.ts').then((module) => module.default))
