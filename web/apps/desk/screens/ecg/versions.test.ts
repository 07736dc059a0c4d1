import { expect, test } from 'vitest'
import { textDiff } from './versions.ts'

const joined = (from: string, to: string, kinds: string[]) =>
  textDiff(from, to)
    .filter((piece) => kinds.includes(piece.kind))
    .map((piece) => piece.text)
    .join('')

test.each([
  ['窦性心律，正常心电图', '窦性心律，左束支阻滞'],
  ['', '新'],
  ['旧的', ''],
  ['HR 72, QT 400 ms', 'HR 75, QT 400 ms'],
  ['同', '同'],
])('both texts can be read back from the pieces: %s / %s', (from, to) => {
  expect(joined(from, to, ['same', 'gone'])).toBe(from)
  expect(joined(from, to, ['same', 'new'])).toBe(to)
})

test('what did not change is not marked', () => {
  expect(textDiff('HR 72, QT 400', 'HR 75, QT 400').filter((piece) => piece.kind !== 'same')).toHaveLength(2)
  expect(textDiff('同样', '同样')).toEqual([{ text: '同样', kind: 'same' }])
})
