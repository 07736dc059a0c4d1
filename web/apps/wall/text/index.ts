// Texts of the wall, in the language on screen.
import { createCatalogue } from '@tianmu/ui'
import zhCN from './zh-CN.ts'

export const t = createCatalogue(zhCN, () => import('./en.ts').then((module) => module.default))
