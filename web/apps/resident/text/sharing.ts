// Texts of sharing and trends; loaded with their screens.
import { createCatalogue } from '@tianmu/ui'
import zhCN from './sharing.zh-CN.ts'

export const t = createCatalogue(zhCN, () => import('./sharing.en.ts').then((module) => module.default))
