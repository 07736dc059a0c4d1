// Titles of menu entries and pages, in the language on screen.
import { createCatalogue } from '@tianmu/ui'
import zhCN from './titles.zh-CN.ts'

export const t = createCatalogue(zhCN, () => import('./titles.en.ts').then((module) => module.default))
