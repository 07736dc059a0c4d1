// Texts of the screens about systems outside the house; loaded with the shell because the menu names them.
import { createCatalogue } from '@tianmu/ui'
import zhCN from './exchange.zh-CN.ts'

export const t = createCatalogue(zhCN, () => import('./exchange.en.ts').then((module) => module.default))
