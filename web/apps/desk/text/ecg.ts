// Texts of the ECG room, in the language on screen; loaded with its screens.
import { createCatalogue } from '@tianmu/ui'
import zhCN from './ecg.zh-CN.ts'

export const t = createCatalogue(zhCN, () => import('./ecg.en.ts').then((module) => module.default))
