// @vitest-environment happy-dom
import { afterEach, describe, expect, it, vi } from 'vitest'
import { copyText } from './clipboard.ts'

const give = (clipboard: unknown) =>
  Object.defineProperty(navigator, 'clipboard', { configurable: true, value: clipboard })

describe('copying', () => {
  afterEach(() => {
    give(undefined)
    document.body.replaceChildren()
  })

  it('uses the clipboard of a secure page', async () => {
    const writeText = vi.fn().mockResolvedValue(undefined)
    give({ writeText })
    expect(await copyText('AB12')).toBe(true)
    expect(writeText).toHaveBeenCalledWith('AB12')
  })

  it('selects a field inside the open dialog where there is none, and leaves nothing behind', async () => {
    const dialog = document.createElement('dialog')
    dialog.setAttribute('open', '')
    document.body.append(dialog)
    const seen: string[] = []
    document.execCommand = vi.fn(() => seen.push(dialog.querySelector('textarea')?.value ?? '') > 0)
    expect(await copyText('一二三')).toBe(true)
    expect(seen).toEqual(['一二三'])
    expect(document.querySelector('textarea')).toBeNull()
  })

  it('says when nothing was copied', async () => {
    give({ writeText: vi.fn().mockRejectedValue(new Error('denied')) })
    document.execCommand = vi.fn(() => false)
    expect(await copyText('x')).toBe(false)
  })
})
