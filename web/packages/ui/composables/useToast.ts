// Short notices at the bottom of the page; with an undo action they stay 8 s, else 4 s.
import { shallowReactive } from 'vue'

export type ToastKind = 'success' | 'info' | 'warning' | 'error'

export interface Toast {
  id: number
  kind: ToastKind
  text: string
  action?: { label: string; run: () => void }
}

const shownMs = 4000
const undoMs = 8000
const toasts = shallowReactive<Toast[]>([])
let nextId = 1

export function dismissToast(id: number): void {
  const index = toasts.findIndex((toast) => toast.id === id)
  if (index >= 0) toasts.splice(index, 1)
}

export function toast(text: string, kind: ToastKind = 'success', action?: Toast['action']): void {
  const id = nextId++
  toasts.push(action ? { id, kind, text, action } : { id, kind, text })
  setTimeout(() => dismissToast(id), action ? undoMs : shownMs)
}

export function useToasts(): readonly Toast[] {
  return toasts
}
