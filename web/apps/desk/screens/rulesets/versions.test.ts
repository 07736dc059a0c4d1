import { expect, it } from 'vitest'
import type { RuleSet, RuleVersion } from '@tianmu/api/queries/rulesets.ts'
import { beforeOf, rowsOf, stateOf, valueText } from './versions.ts'

function version(name: string, from: string, changed: Partial<RuleVersion> = {}): RuleVersion {
  return {
    version: name,
    unit: null,
    unit_id: null,
    effective_from: from,
    effective_to: null,
    source: '',
    sha256: '',
    in_force: false,
    ...changed,
  }
}

const set: RuleSet = {
  key: 'ecg.time_limits',
  name: '心电图时限',
  versions: [
    version('3', '2027-01-01'),
    version('2', '2026-06-01', { in_force: true }),
    version('h1', '2026-03-01', { unit_id: 'u1', unit: '县医院', in_force: true }),
    version('1', '2026-01-01'),
  ],
}

it('finds sets by name or key and lists their versions', () => {
  expect(rowsOf([set], 'TIME').map((row) => row.version.version)).toEqual(['3', '2', 'h1', '1'])
  expect(rowsOf([set], '时限')).toHaveLength(4)
  expect(rowsOf([set], 'routing')).toEqual([])
  expect(new Set(rowsOf([set], '').map((row) => row.id)).size).toBe(4)
})

it('tells what holds today, later or no more', () => {
  expect(set.versions.map((one) => stateOf(one, '2026-12-01'))).toEqual(['later', 'inForce', 'inForce', 'earlier'])
})

it('compares with the version before of the same institution, else with the next older', () => {
  const [newest, present, own, first] = set.versions
  expect(newest && beforeOf(set, newest)).toBe(present)
  expect(present && beforeOf(set, present)).toBe(first)
  expect(own && beforeOf(set, own)).toBe(first)
  expect(first && beforeOf(set, first)).toBeNull()
})

it('writes values as people read them', () => {
  expect([valueText('a', '-'), valueText(3, '-'), valueText({ a: [1] }, '-'), valueText(null, '-')]).toEqual([
    'a',
    '3',
    '{"a":[1]}',
    '-',
  ])
})
