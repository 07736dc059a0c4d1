// Keyboard-wedge scanners: a burst of at least 6 characters, each gap at most 35 ms, ended by Enter or Tab.
// The burst becomes a scan, and the field that had the focus gets its old text back.
import { onBeforeUnmount, onMounted } from 'vue'

export type ScanKind = 'id-number' | 'record' | 'wristband' | 'tube' | 'asset' | 'other'

export interface Scan {
  text: string
  kind: ScanKind
}

const leastCharacters = 6
const longestGapMs = 35

interface Field {
  element: HTMLInputElement | HTMLTextAreaElement
  value: string
}

interface Burst {
  text: string
  lastMs: number
  field: Field | null
}

/** Route a scanned text by its prefix and length. */
export function scanKind(text: string): ScanKind {
  if (/^\d{17}[\dX]$/i.test(text)) return 'id-number'
  if (/^WB/i.test(text)) return 'wristband'
  if (/^BA/i.test(text)) return 'record'
  if (/^TB/i.test(text)) return 'tube'
  if (/^ZC/i.test(text)) return 'asset'
  return 'other'
}

function focusedField(): Field | null {
  const element = document.activeElement
  if (element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement)
    return { element, value: element.value }
  return null
}

/** Feed key events, get scans. `restore` gives the field its text back. */
export function scanReader(onScan: (scan: Scan) => void) {
  let burst: Burst = { text: '', lastMs: Number.NEGATIVE_INFINITY, field: null }
  const restore = (field: Field | null) => {
    if (!field) return
    field.element.value = field.value
    field.element.dispatchEvent(new Event('input', { bubbles: true }))
  }

  return function read(event: KeyboardEvent, nowMs: number): void {
    const fast = nowMs - burst.lastMs <= longestGapMs
    if ((event.key === 'Enter' || event.key === 'Tab') && fast && burst.text.length >= leastCharacters) {
      event.preventDefault()
      event.stopPropagation()
      const { text, field } = burst
      burst = { text: '', lastMs: Number.NEGATIVE_INFINITY, field: null }
      restore(field)
      onScan({ text, kind: scanKind(text) })
      return
    }
    if (event.key.length !== 1 || event.ctrlKey || event.altKey || event.metaKey) return
    if (fast) burst = { text: burst.text + event.key, lastMs: nowMs, field: burst.field }
    else burst = { text: event.key, lastMs: nowMs, field: focusedField() }
  }
}

/** Listen for scans anywhere on the page while the calling component lives. */
export function useScanner(onScan: (scan: Scan) => void): void {
  const read = scanReader(onScan)
  const listener = (event: KeyboardEvent) => read(event, performance.now())
  onMounted(() => document.addEventListener('keydown', listener, true))
  onBeforeUnmount(() => document.removeEventListener('keydown', listener, true))
}
