// Texts of purposes, emergency openings, delegation, accounts, tokens and the audit log; loaded with the shell.
import { createCatalogue } from '@tianmu/ui'
import zhCN from './security.zh-CN.ts'

export const t = createCatalogue(zhCN, () => import('./security.en.ts').then((module) => module.default))
