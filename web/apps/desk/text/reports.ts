// Texts of reports and their designer; loaded with their screens.
import { createCatalogue } from '@tianmu/ui'
import zhCN from './reports.zh-CN.ts'

export const t = createCatalogue(zhCN, () => import('./reports.en.ts').then((module) => module.default))
