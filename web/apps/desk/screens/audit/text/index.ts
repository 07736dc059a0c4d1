// What the codes of audit lines mean; only the audit screen loads it.
import { createCatalogue } from '@tianmu/ui'
import subjectsZh from './subjects.zh-CN.ts'
import zhCN from './zh-CN.ts'

const t = createCatalogue(zhCN, () => import('./en.ts').then((module) => module.default))
const subjects = createCatalogue(subjectsZh, () => import('./subjects.en.ts').then((module) => module.default))

/** What somebody did, in words; the code itself where there are none. */
export function actionText(code: string): string {
  return t.actions[code] ?? code
}

/** What a line tells of, in words, and its key. */
export function subjectText(kind: string, key: string | null): string {
  return `${subjects.kinds[kind] ?? kind} ${key ?? ''}`.trim()
}

/** Who did it; a part of the platform has a name in words. */
export function actorText(kind: string, name: string | null): string {
  return kind === 'system' ? (subjects.parts[name ?? ''] ?? name ?? '') : (name ?? '')
}
