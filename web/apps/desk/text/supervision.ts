// Texts of supervision; loaded with its screens.
import { createCatalogue } from '@tianmu/ui'
import zhCN from './supervision.zh-CN.ts'

export const t = createCatalogue(zhCN, () => import('./supervision.en.ts').then((module) => module.default))
