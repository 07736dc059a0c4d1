// @vitest-environment happy-dom
import { expect, test } from 'vitest'
import { createCatalogue, language, setLanguage } from './catalogue.ts'
import en from './en.ts'
import zhCN from './zh-CN.ts'

test('the language switches at run time and back', async () => {
  const t = createCatalogue({ word: '好' }, async () => ({ word: 'good' }))
  expect(t.word).toBe('好')
  await setLanguage('en')
  expect(t.word).toBe('good')
  expect(language()).toBe('en')
  expect(document.documentElement.lang).toBe('en')
  await setLanguage('zh-CN')
  expect(t.word).toBe('好')
})

test('a catalogue made while English is on shows English', async () => {
  await setLanguage('en')
  const t = createCatalogue({ word: '好' }, async () => ({ word: 'good' }))
  await Promise.resolve()
  await Promise.resolve()
  expect(t.word).toBe('good')
  await setLanguage('zh-CN')
})

function leaves(value: unknown, path = ''): string[] {
  if (typeof value !== 'object' || value === null) return [path]
  return Object.entries(value).flatMap(([key, item]) => leaves(item, `${path}.${key}`))
}

test('both catalogues have the same texts, none empty, and no Chinese in English', () => {
  expect(leaves(en)).toEqual(leaves(zhCN))
  expect(JSON.stringify(en)).not.toMatch(/[\u3400-\u9fff]/)
})
