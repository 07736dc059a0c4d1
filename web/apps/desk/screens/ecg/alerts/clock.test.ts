import { expect, it } from 'vitest'
import { clockText, isLate, minutesLeft, minutesText } from './clock.ts'

const now = Date.parse('2026-11-23T08:00:00Z')

it('counts down, then counts what is over', () => {
  const alert = { due_at: '2026-11-23T08:05:00Z' }
  expect(minutesLeft(alert, now)).toBe(5)
  expect(clockText(alert, now)).toContain('5')
  expect(isLate(alert, now)).toBe(false)
  expect(isLate(alert, now + 6 * 60_000)).toBe(true)
  expect(clockText({ due_at: null }, now)).toBe('\u2014')
})

it('shows the minutes of each step in the order of the loop', () => {
  expect(minutesText({ minutes: { confirm: 2, notify: 0, acknowledge: 3.5 } })).toBe('2 / 0 / 3.5 / \u2014 / \u2014')
})
