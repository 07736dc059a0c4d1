// Texts of the service contract, in the language on screen; loaded with their screens.
import { createCatalogue } from '@tianmu/ui'
import zhCN from './contract.zh-CN.ts'

export const t = createCatalogue(zhCN, () => import('./contract.en.ts').then((module) => module.default))
