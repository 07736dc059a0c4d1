// Texts of the versions of rules; loaded with the shell.
import { createCatalogue } from '@tianmu/ui'
import zhCN from './rulesets.zh-CN.ts'

export const t = createCatalogue(zhCN, () => import('./rulesets.en.ts').then((module) => module.default))
