// Texts of duty and attendance, in the language on screen; loaded with their screens.
import { createCatalogue } from '@tianmu/ui'
import zhCN from './duty.zh-CN.ts'

export const t = createCatalogue(zhCN, () => import('./duty.en.ts').then((module) => module.default))
