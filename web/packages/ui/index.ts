// Composables, texts, formats and appearance of every app. Components (Tm*) are taken by use, not from here.
export {
  closeDrafts,
  draftsAreKept,
  dropDraft,
  openDrafts,
  readDraft,
  useDraft,
  writeDraft,
} from './composables/useDraft.ts'
export { useAlarmSound } from './composables/useAlarmSound.ts'
export { useFocusTrap } from './composables/useFocusTrap.ts'
export { useIdleLock } from './composables/useIdleLock.ts'
export { useNow } from './composables/useNow.ts'
export { scanKind, useScanner } from './composables/useScanner.ts'
export type { Scan, ScanKind } from './composables/useScanner.ts'
export { activeShortcuts, currentBindings, keysOf, loadBindings, useShortcuts } from './composables/useShortcuts.ts'
export type { Shortcut } from './composables/useShortcuts.ts'
export { vFocus } from './composables/vFocus.ts'
export { toast } from './composables/useToast.ts'
export { copyAndTell, copyText } from './clipboard.ts'
export * from './format.ts'
export { viewOf } from './view.ts'
export type { ListView, ViewState } from './view.ts'
export { appearance, startAppearance } from './theme.ts'
export type { Density, ElderFont, Theme } from './theme.ts'
export { createCatalogue, language, setLanguage } from './text/index.ts'
export type { Language } from './text/index.ts'
export type { IconName } from './icons/names.ts'
export { meaningOf, purposeWish } from './problem.ts'
export type { ProblemView } from './problem.ts'
export type { AlarmItem } from './alarm.ts'
export type { TableColumn, SortOrder } from './table.ts'
