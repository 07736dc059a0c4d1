import { expect, test } from 'vitest'
import { formatBytes, formatDate, formatInstant, formatNumber, formatTime, minutesBetween } from './format.ts'

test('instants are shown in Shanghai time whatever the offset', () => {
  expect(formatInstant('2026-11-23T00:05:09Z')).toBe('2026-11-23 08:05')
  expect(formatInstant('2026-11-23T08:05:09+08:00', true)).toBe('2026-11-23 08:05:09')
  expect(formatTime('2026-11-22T16:00:00Z')).toBe('00:00')
})

test('an instant without a zone is Shanghai time', () => {
  expect(formatInstant('2013-01-25T10:59:19')).toBe('2013-01-25 10:59')
})

test('a plain date is left alone, nothing is never a date', () => {
  expect(formatDate('1956-03-07')).toBe('1956-03-07')
  expect(formatDate(null)).toBe('—')
  expect(formatInstant('not a date')).toBe('—')
})

test('minutes are whole and signed', () => {
  expect(minutesBetween('2026-11-23T08:00:00+08:00', '2026-11-23T08:30:59+08:00')).toBe(30)
  expect(minutesBetween('2026-11-23T08:01:00+08:00', '2026-11-23T08:00:30+08:00')).toBe(-1)
})

test('numbers and sizes', () => {
  expect(formatNumber(1234567)).toBe('1,234,567')
  expect(formatNumber(null)).toBe('—')
  expect(formatNumber(0.5, 1)).toBe('0.5')
  expect(formatBytes(999)).toBe('999 B')
  expect(formatBytes(1_250_000)).toBe('1.3 MB')
})
