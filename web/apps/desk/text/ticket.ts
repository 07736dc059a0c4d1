// Texts of a ticket's page, demands and controlled requests, in the language on screen; loaded with their screens.
import { createCatalogue } from '@tianmu/ui'
import zhCN from './ticket.zh-CN.ts'

export const t = createCatalogue(zhCN, () => import('./ticket.en.ts').then((module) => module.default))
