import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { Sha256 } from './sha256.ts'

test('the digests of the standard, and of any pieces the same as of the whole', () => {
  const text = (words: string) => new TextEncoder().encode(words)
  expect(new Sha256().update(text('abc')).hex()).toBe(
    'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
  )
  expect(new Sha256().hex()).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
  const bytes = Uint8Array.from({ length: 5000 }, (_one, at) => (at * 31 + 7) & 255)
  for (const length of [55, 56, 63, 64, 65, 119, 120, 1000, 5000]) {
    const part = bytes.subarray(0, length)
    const expected = createHash('sha256').update(part).digest('hex')
    const cut = Math.floor(length / 3)
    expect(new Sha256().update(part.subarray(0, cut)).update(part.subarray(cut)).hex()).toBe(expected)
  }
})
