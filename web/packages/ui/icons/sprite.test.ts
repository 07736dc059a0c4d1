import { expect, test } from 'vitest'
import { iconNames } from './names.ts'
import sprite from './sprite.svg?raw'

test('every icon name is drawn once in the sprite, and nothing else is', () => {
  const drawn = [...sprite.matchAll(/<symbol id="([a-z]+)"/g)].map((match) => match[1])
  expect(drawn).toEqual([...iconNames])
})

test('the sprite stays within 20 kB', () => {
  expect(sprite.length).toBeLessThanOrEqual(20_000)
})
