// @vitest-environment happy-dom
import { afterEach, expect, test } from 'vitest'
import { scanKind, scanReader, type Scan } from './useScanner.ts'

afterEach(() => (document.body.innerHTML = ''))

function typed(text: string, gapMs: number, end = 'Enter', startMs = 1000) {
  const scans: Scan[] = []
  const read = scanReader((scan) => scans.push(scan))
  let nowMs = startMs
  let last = new KeyboardEvent('keydown', { key: end, cancelable: true })
  for (const key of [...text, end]) {
    last = new KeyboardEvent('keydown', { key, cancelable: true })
    const field = document.activeElement
    read(last, nowMs)
    if (key !== end && field instanceof HTMLInputElement) field.value += key
    nowMs += gapMs
  }
  return { scans, last }
}

test('a fast burst ended by Enter is a scan and its Enter goes nowhere else', () => {
  const { scans, last } = typed('BA20261123001', 12)
  expect(scans).toEqual([{ text: 'BA20261123001', kind: 'record' }])
  expect(last.defaultPrevented).toBe(true)
})

test('six characters at the slowest gap count, five do not, a slower hand does not', () => {
  expect(typed('123456', 35).scans).toHaveLength(1)
  expect(typed('12345', 10).scans).toHaveLength(0)
  expect(typed('123456', 36).scans).toHaveLength(0)
})

test('the focused field keeps the text it had', () => {
  const input = document.createElement('input')
  input.value = 'abc'
  document.body.append(input)
  input.focus()
  expect(typed('WB000123', 8, 'Tab').scans).toEqual([{ text: 'WB000123', kind: 'wristband' }])
  expect(input.value).toBe('abc')
})

test('an id number is told by its 18 places', () => {
  expect(scanKind('32048119560307121X')).toBe('id-number')
  expect(scanKind('320481195603071')).toBe('other')
})
