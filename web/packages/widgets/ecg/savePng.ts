// Hand the page as a PNG of print resolution to the browser's download.
import { pagePng } from './export.ts'
import { THEMES } from './themes.ts'
import type { EcgCanvas } from './viewer.ts'

export async function savePng(viewer: EcgCanvas, name: string): Promise<void> {
  const blob = await pagePng(viewer.page, viewer.traceOf, THEMES[viewer.settings.theme], viewer.footer())
  const link = document.createElement('a')
  link.href = URL.createObjectURL(blob)
  link.download = `ecg-${name}.png`
  link.click()
  window.setTimeout(() => URL.revokeObjectURL(link.href), 10_000)
}
