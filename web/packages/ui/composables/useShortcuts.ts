// The one table of keyboard commands: screens add theirs while visible, `?` shows it, users may rebind.
import { onActivated, onBeforeUnmount, onDeactivated, onMounted, shallowReactive } from 'vue'

export interface Shortcut {
  command: string
  label: string
  keys: string
  scope: string
  editable?: boolean
  run: () => void
}

export type RebindResult = { kind: 'changed' } | { kind: 'conflict'; label: string } | { kind: 'reserved' }

/** Keys that browsers keep for themselves. */
export const reservedKeys = new Set(['F1', 'F3', 'F5', 'F11', 'F12', 'Ctrl+W', 'Ctrl+T', 'Ctrl+N'])

const table = shallowReactive(new Map<string, Shortcut>())
const bound = shallowReactive(new Map<string, string>())
let listening = false

/** The commands active now, in the order they were added. */
export function activeShortcuts(): Shortcut[] {
  return [...table.values()]
}

/** The keys of a command after the user's own choice. */
export function keysOf(shortcut: Shortcut): string {
  return bound.get(shortcut.command) ?? shortcut.keys
}

/** Name of the pressed combination, e.g. `Ctrl+Enter`, `J`, `?`. */
export function keyName(event: KeyboardEvent): string {
  const named: Record<string, string> = {
    ' ': 'Space',
    ArrowUp: 'Up',
    ArrowDown: 'Down',
    ArrowLeft: 'Left',
    ArrowRight: 'Right',
  }
  const single = event.key.length === 1 ? event.key.toUpperCase() : event.key
  const key = named[event.key] ?? single
  const letter = /^[A-Z]$/.test(key)
  const parts = [event.ctrlKey || event.metaKey ? 'Ctrl' : '', event.altKey ? 'Alt' : '']
  if (event.shiftKey && (letter || event.key.length > 1)) parts.push('Shift')
  return [...parts.filter(Boolean), key].join('+')
}

function inTextField(event: KeyboardEvent): boolean {
  const target = event.target
  if (!(target instanceof HTMLElement)) return false
  if (target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement)
    return true
  return target instanceof HTMLInputElement && !['button', 'checkbox', 'radio', 'submit'].includes(target.type)
}

function worksInTextField(keys: string): boolean {
  return /^(Ctrl|Alt)\+/.test(keys) || /^(Shift\+)?F\d+$/.test(keys) || keys === 'Escape'
}

const pressable = 'button,a[href],summary,input[type=button],input[type=checkbox],input[type=radio],input[type=submit]'

/** Enter and Space on a control are for that control, never for a command of the screen. */
function pressesControl(event: KeyboardEvent, pressed: string): boolean {
  const isPress = pressed === 'Enter' || pressed === 'Space'
  return isPress && event.target instanceof Element && event.target.closest(pressable) !== null
}

function onKeydown(event: KeyboardEvent) {
  if (event.defaultPrevented || event.isComposing) return
  const pressed = keyName(event)
  if (inTextField(event) && !worksInTextField(pressed)) return
  if (pressesControl(event, pressed)) return
  if (document.querySelector('[aria-modal="true"]') && pressed !== 'Escape') return
  const matching = activeShortcuts().filter((shortcut) => keysOf(shortcut).split(' / ').includes(pressed))
  const chosen = matching[matching.length - 1]
  if (!chosen) return
  event.preventDefault()
  chosen.run()
}

function listen() {
  if (listening) return
  listening = true
  document.addEventListener('keydown', onKeydown)
}

/** Set the user's own bindings, command to keys (from the server's preferences). */
export function loadBindings(bindings: Record<string, string>): void {
  bound.clear()
  for (const [command, keys] of Object.entries(bindings)) bound.set(command, keys)
}

export function currentBindings(): Record<string, string> {
  return Object.fromEntries(bound)
}

/** Give a command new keys; a key of another command or of the browser is refused. */
export function rebind(command: string, keys: string): RebindResult {
  if (reservedKeys.has(keys)) return { kind: 'reserved' }
  const other = activeShortcuts().find((one) => one.command !== command && keysOf(one).split(' / ').includes(keys))
  if (other) return { kind: 'conflict', label: other.label }
  bound.set(command, keys)
  return { kind: 'changed' }
}

/** Offer commands while the calling screen is on view. `commands` is asked again each time it comes to the front. */
export function useShortcuts(commands: () => Shortcut[]): void {
  let mine: string[] = []
  const leave = () => {
    for (const command of mine) table.delete(command)
    mine = []
  }
  const enter = () => {
    listen()
    leave()
    for (const shortcut of commands()) {
      table.set(shortcut.command, shortcut)
      mine.push(shortcut.command)
    }
  }
  onMounted(enter)
  onActivated(enter)
  onDeactivated(leave)
  onBeforeUnmount(leave)
}
