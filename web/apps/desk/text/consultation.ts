// Texts of expert consultations; loaded with the shell because the menu names them.
import { createCatalogue } from '@tianmu/ui'
import zhCN from './consultation.zh-CN.ts'

export const t = createCatalogue(zhCN, () => import('./consultation.en.ts').then((module) => module.default))
