// What the codes of audit lines mean; only the audit screen loads it.
import { createCatalogue } from '@tianmu/ui'
import zhCN from './zh-CN.ts'

const t = createCatalogue(zhCN, () => import('./en.ts').then((module) => module.default))

/** What somebody did, in words; the code itself where there are none. */
export function actionText(code: string): string {
  return t.actions[code] ?? code
}
