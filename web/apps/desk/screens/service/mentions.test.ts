import { expect, test } from 'vitest'
import { mentionAt, mentionedIn, withMention } from './mentions.ts'

test.each([
  ['call @', 6, ''],
  ['call @Li', 8, 'Li'],
  ['call @Li now', 12, null],
  ['no name', 7, null],
])('%j at %i asks for %j', (text, caret, expected) => {
  expect(mentionAt(text, caret)).toBe(expected)
})

test('a chosen name replaces what was typed', () => {
  expect(withMention('see @L please', 6, 'Li Lei')).toEqual({ text: 'see @Li Lei  please', caret: 12 })
})

test('the longer name wins over one that begins it', () => {
  const people = [
    { id: '1', name: 'Li' },
    { id: '2', name: 'Li Lei' },
  ]
  expect(mentionedIn('@Li Lei look', people)).toEqual(['2'])
  expect(mentionedIn('@Li and @Li Lei', people).sort()).toEqual(['1', '2'])
})
