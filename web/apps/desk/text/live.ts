// Texts of live ECG; loaded with its screens.
import { createCatalogue } from '@tianmu/ui'
import zhCN from './live.zh-CN.ts'

export const t = createCatalogue(zhCN, () => import('./live.en.ts').then((module) => module.default))
