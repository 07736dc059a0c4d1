// Texts of demands and controlled requests, in the language on screen; loaded with their screens.
import { createCatalogue } from '@tianmu/ui'
import zhCN from './work.zh-CN.ts'

export const t = createCatalogue(zhCN, () => import('./work.en.ts').then((module) => module.default))
