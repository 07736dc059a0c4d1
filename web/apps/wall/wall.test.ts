// The wall's clocks: how old data are shown, when it loads anew.
import { describe, expect, it } from 'vitest'
import { delayedMs, freshnessOf, hiddenMs } from './useFreshness.ts'
import { untilReload } from './useEndurance.ts'

describe('freshness', () => {
  it('is delayed after a minute and hidden after five', () => {
    expect(freshnessOf(0, delayedMs)).toBe('fresh')
    expect(freshnessOf(0, delayedMs + 1)).toBe('delayed')
    expect(freshnessOf(0, hiddenMs)).toBe('delayed')
    expect(freshnessOf(0, hiddenMs + 1)).toBe('hidden')
  })
})

describe('reload', () => {
  it('comes at the next four in the morning', () => {
    expect(untilReload(new Date(2026, 10, 2, 3, 0))).toBe(3_600_000)
    expect(untilReload(new Date(2026, 10, 2, 4, 0))).toBe(24 * 3_600_000)
  })
})
