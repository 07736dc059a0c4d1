// Keys of the station: pages by digit, classes by letter, beats by arrow, undo and redo, sign.
import { BEAT_CLASSES } from '@tianmu/widgets/holter/beats.ts'
import { useShortcuts, type Shortcut } from '@tianmu/ui'
import { t as ecg } from '../../../text/ecg.ts'
import { t } from '../../../text/holter.ts'
import { keyOfPage, pageKeys, type PageKey } from './pages.ts'
import type { HolterActs } from './useHolterActs.ts'
import type { HolterStation } from './useHolterStation.ts'

interface Also {
  open: (page: PageKey) => void
  sign: () => void
  save: () => void
  next: () => void
  print: () => void
}

export function useHolterKeys(station: HolterStation, acts: HolterActs, also: Also): void {
  const key = (name: string, label: string, keys: string, run: () => void): Shortcut => ({
    command: `holter.${name}`,
    label,
    keys,
    scope: t.scope,
    editable: false,
    run,
  })
  const move = (share: number) => station.goTo(station.atS.value + share * station.place.value.spanS)
  useShortcuts(() => [
    ...pageKeys.map((page) => key(page, t.page(t.pages[page]), keyOfPage[page], () => also.open(page))),
    ...BEAT_CLASSES.map((letter) =>
      key(`label${letter}`, t.classes[letter] ?? letter, letter, () => acts.label(letter)),
    ),
    key('nextBeat', t.select.next, 'Right', () => station.walk(1)),
    key('previousBeat', t.select.previous, 'Left', () => station.walk(-1)),
    key('on', t.disclosure.after, 'PageDown', () => move(0.9)),
    key('back', t.disclosure.before, 'PageUp', () => move(-0.9)),
    key('merge', t.templates.merge, 'M', acts.merge),
    key('members', t.templates.members, 'O', acts.showMembers),
    key('split', t.select.split, 'X', acts.split),
    key('remove', t.select.remove, 'Delete', acts.remove),
    key('insert', t.select.insert, 'I', acts.insert),
    key('artefact', t.select.artefact, 'Z', acts.artefact),
    key('strip', t.select.strip, 'T', () => acts.addStrip()),
    key('clear', t.select.clear, 'Escape', acts.clear),
    key('undo', t.select.undo, 'Ctrl+Z', station.undo),
    key('redo', t.select.redo, 'Ctrl+Y / Ctrl+Shift+Z', station.redo),
    key('sign', `${ecg.reading.sign} / ${ecg.reading.review}`, 'Ctrl+Enter', also.sign),
    key('save', ecg.reading.savedAt(''), 'Ctrl+S', also.save),
    key('next', ecg.reading.openNext, 'F4', also.next),
    key('print', ecg.reading.report, 'F8 / Ctrl+P', also.print),
  ])
}
