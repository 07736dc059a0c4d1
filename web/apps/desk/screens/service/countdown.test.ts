import { expect, test } from 'vitest'
import { countdown } from './countdown.ts'

const now = Date.parse('2026-12-01T10:00:00+08:00')

test('counts down to the second and past the instant', () => {
  expect(countdown('2026-12-01T10:07:05+08:00', now)).toBe('0:07:05')
  expect(countdown('2026-12-01T08:57:57+08:00', now)).toBe('−1:02:03')
  expect(countdown('2026-12-04T10:00:01+08:00', now)).toBe('3d 0:00:01')
})
