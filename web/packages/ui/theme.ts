// Theme, density, elder mode and font size as attributes of the page; per device, so kept in localStorage.
import { reactive, watch } from 'vue'

export type Theme = 'light' | 'dark' | 'contrast'
export type Density = 'dense' | 'normal' | 'comfortable'
export type ElderFont = 'standard' | 'large' | 'largest'

export interface Appearance {
  theme: Theme
  density: Density
  elder: boolean
  font: ElderFont
}

const storageKey = 'tianmu-appearance'
const defaults: Appearance = { theme: 'light', density: 'normal', elder: false, font: 'standard' }

function oneOf<T extends string>(value: unknown, allowed: readonly T[], fallback: T): T {
  return allowed.find((item) => item === value) ?? fallback
}

/** Read stored choices; anything unknown falls back to the default. */
export function readAppearance(text: string | null): Appearance {
  let stored: unknown = null
  try {
    stored = JSON.parse(text ?? 'null')
  } catch {
    stored = null
  }
  const value = typeof stored === 'object' && stored !== null ? stored : {}
  return {
    theme: oneOf('theme' in value ? value.theme : null, ['light', 'dark', 'contrast'], defaults.theme),
    density: oneOf('density' in value ? value.density : null, ['dense', 'normal', 'comfortable'], defaults.density),
    elder: 'elder' in value && value.elder === true,
    font: oneOf('font' in value ? value.font : null, ['standard', 'large', 'largest'], defaults.font),
  }
}

export const appearance = reactive<Appearance>({ ...defaults })

/** Apply the stored appearance and follow every change. Call once per app. */
export function startAppearance(device: 'desktop' | 'phone'): void {
  Object.assign(appearance, readAppearance(localStorage.getItem(storageKey)))
  const data = document.documentElement.dataset
  data['device'] = device
  watch(
    appearance,
    (now) => {
      data['theme'] = now.theme
      data['density'] = now.density
      data['elder'] = now.elder ? 'on' : 'off'
      data['font'] = now.font
      localStorage.setItem(storageKey, JSON.stringify(now))
    },
    { immediate: true },
  )
}
