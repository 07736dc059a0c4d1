// Texts of the critical values, in the language on screen; loaded with their screens.
import { createCatalogue } from '@tianmu/ui'
import zhCN from './alerts.zh-CN.ts'

export const t = createCatalogue(zhCN, () => import('./alerts.en.ts').then((module) => module.default))
