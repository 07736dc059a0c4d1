// The texts of the ECG viewer in the language on screen.
import { createCatalogue } from '../../../ui/text/catalogue.ts'
import zhCN from './zh-CN.ts'

export const ecgText = createCatalogue(zhCN, () => import('./en.ts').then((module) => module.default))
