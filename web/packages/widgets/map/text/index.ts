// The texts of the county map in the language on screen.
import { createCatalogue } from '../../../ui/text/catalogue.ts'
import zhCN from './zh-CN.ts'

export const mapText = createCatalogue(zhCN, () => import('./en.ts').then((module) => module.default))
