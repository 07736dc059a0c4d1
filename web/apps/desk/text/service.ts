// Texts of the service desk, in the language on screen; loaded with their screens.
import { createCatalogue } from '@tianmu/ui'
import zhCN from './service.zh-CN.ts'

export const t = createCatalogue(zhCN, () => import('./service.en.ts').then((module) => module.default))
