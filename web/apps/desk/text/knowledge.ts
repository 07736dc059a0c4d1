// Texts of the knowledge base, problems, intake, figures and the wall of the desk; loaded with their screens.
import { createCatalogue } from '@tianmu/ui'
import zhCN from './knowledge.zh-CN.ts'

export const t = createCatalogue(zhCN, () => import('./knowledge.en.ts').then((module) => module.default))
