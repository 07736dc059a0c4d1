import { expect, test } from 'vitest'
import { isUrgent, isVoidable } from './urgency.ts'

test('an emergency and an open critical value are urgent, a confirmed one is not', () => {
  expect(isUrgent({ urgency: 'emergency', critical: 'none' })).toBe(true)
  expect(isUrgent({ urgency: 'ward', critical: 'open' })).toBe(true)
  expect(isUrgent({ urgency: 'ward', critical: 'confirmed' })).toBe(false)
})

test('what is void or withdrawn is not voided again', () => {
  expect(isVoidable({ state: 'signed' })).toBe(true)
  expect(isVoidable({ state: 'void' })).toBe(false)
  expect(isVoidable({ state: 'withdrawn' })).toBe(false)
})
