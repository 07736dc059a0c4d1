// Keys of the reading room (ecg.md section 9): templates 1–9, sign, save, compare, next, print.
import { useShortcuts, type Shortcut } from '@tianmu/ui'
import { ecgText as viewer } from '@tianmu/widgets/ecg/text/index.ts'
import { t } from '../../text/ecg.ts'
import { t as words } from '../../text/reading.ts'

export interface ReadingActs {
  sign: () => void
  save: () => void
  next: () => void
  compare: () => void
  print: () => void
  adopt: () => void
  library: () => void
  back: () => void
  view: (key: string) => void
  template: (index: number) => void
}

const viewKeys: ReadonlyArray<readonly [string, string, () => string]> = [
  ['filter', 'F', () => viewer.notch],
  ['gainUp', '+', () => viewer.gain],
  ['gainUpPlain', '=', () => viewer.gain],
  ['gainDown', '-', () => viewer.gain],
  ['speedUp', ']', () => viewer.speed],
  ['speedDown', '[', () => viewer.speed],
  ['mark', 'B', () => viewer.boundary],
  ['markBack', ',', () => viewer.boundary],
  ['markOn', '.', () => viewer.boundary],
]
const templateKeys = [1, 2, 3, 4, 5, 6, 7, 8, 9] as const

export function useReadingKeys(acts: ReadingActs): void {
  useShortcuts(() => {
    const scope = t.reading.scope
    const key = (name: string, label: string, keys: string, run: () => void, editable = true): Shortcut => ({
      command: `reading.${name}`,
      label,
      keys,
      scope,
      editable,
      run,
    })
    return [
      key('sign', `${t.reading.sign} / ${t.reading.review}`, 'Ctrl+Enter', acts.sign, false),
      key('save', t.reading.savedAt(''), 'Ctrl+S', acts.save, false),
      key('next', t.reading.openNext, 'F4', acts.next),
      key('compare', t.reading.compare, 'Space', acts.compare),
      key('print', t.reading.report, 'F8 / Ctrl+P', acts.print),
      key('library', words.library.title, 'L', acts.library),
      key('next2', t.reading.openNext, 'J', acts.next),
      key('back', t.reading.prev, 'K', acts.back),
      ...viewKeys.map(([name, keys, label]) => key(name, label(), keys, () => acts.view(keys), false)),
      key('adopt', t.reading.adoptAll, 'A', acts.adopt),
      ...templateKeys.map((n) =>
        key(`template${n}`, `${t.reading.templates} ${n}`, String(n), () => acts.template(n - 1), false),
      ),
    ]
  })
}
