import { toast } from './composables/useToast.ts'
import { t } from './text/index.ts'

// Copies text and says so.
export async function copyAndTell(text: string, told = t.common.copied): Promise<void> {
  if (await copyText(text)) toast(told, 'info')
  else toast(t.common.notCopied, 'error')
}

// Copies text. Browsers give a page that came over plain http no clipboard: there an invisible field is selected.
export async function copyText(text: string): Promise<boolean> {
  if (navigator.clipboard) {
    return navigator.clipboard.writeText(text).then(
      () => true,
      () => copySelection(text),
    )
  }
  return copySelection(text)
}

function copySelection(text: string): boolean {
  const place = document.querySelector('dialog[open]') ?? document.body
  const field = document.createElement('textarea')
  const before = document.activeElement
  field.value = text
  field.readOnly = true
  field.style.cssText = 'position:fixed;inset:0 auto auto 0;opacity:0'
  place.append(field)
  field.select()
  const copied = document.execCommand('copy')
  field.remove()
  if (before instanceof HTMLElement) before.focus()
  return copied
}
