// Rule sets: versions, what differs between two, loading one.
import { useMutation, useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed } from 'vue'
import { answer, client } from '../client.ts'
import type { Schemas } from '../types.ts'

export type RuleSet = Schemas['RuleSetOut']
export type RuleVersion = Schemas['RuleSetVersionOut']
export type RuleChange = Schemas['RuleChangeOut']
export type RuleUnit = Schemas['LoadingUnitOut']
export type VersionAsked = Schemas['VersionAsked']
export type VersionChecked = Schemas['VersionChecked']

const key = ['rulesets']

export function useRuleSets() {
  return useQuery({
    queryKey: [...key, 'list'],
    queryFn: ({ signal }) => answer<RuleSet[]>(client.GET('/api/v1/rulesets/rulesets', { signal })),
  })
}

export function useLoadingUnits(enabled: () => boolean) {
  return useQuery({
    queryKey: [...key, 'units'],
    queryFn: ({ signal }) => answer<RuleUnit[]>(client.GET('/api/v1/rulesets/units', { signal })),
    enabled,
  })
}

export interface Pair {
  key: string
  old: RuleVersion
  fresh: RuleVersion
}

export function useRuleChanges(pair: () => Pair | null) {
  return useQuery({
    queryKey: computed(() => {
      const two = pair()
      return [...key, 'changes', two?.key, two?.old.version, two?.old.unit_id, two?.fresh.version, two?.fresh.unit_id]
    }),
    queryFn: ({ signal }) => {
      const two = pair()
      if (!two) return Promise.resolve<RuleChange[]>([])
      const query = {
        key: two.key,
        old: two.old.version,
        new: two.fresh.version,
        ...(two.old.unit_id ? { old_unit: two.old.unit_id } : {}),
        ...(two.fresh.unit_id ? { new_unit: two.fresh.unit_id } : {}),
      }
      return answer<RuleChange[]>(client.GET('/api/v1/rulesets/changes', { params: { query }, signal }))
    },
    enabled: () => pair() !== null,
  })
}

export function useVersionCheck() {
  return useMutation({
    mutationFn: (body: VersionAsked) =>
      answer<VersionChecked>(client.POST('/api/v1/rulesets/versions/check', { body })),
  })
}

export function useVersionLoad() {
  const cache = useQueryClient()
  return useMutation({
    mutationFn: (body: VersionAsked) => answer<RuleVersion>(client.POST('/api/v1/rulesets/versions', { body })),
    onSuccess: () => cache.invalidateQueries({ queryKey: key }),
  })
}

/** A loaded version as the file that can be changed and loaded again. */
export async function documentOf(one: RuleSet, version: RuleVersion): Promise<Record<string, unknown>> {
  const found = await answer<Schemas['VersionContentOut']>(
    client.GET('/api/v1/rulesets/rulesets/{key}/{version}', {
      params: {
        path: { key: one.key, version: version.version },
        query: version.unit_id ? { unit: version.unit_id } : {},
      },
    }),
  )
  return {
    key: one.key,
    name: one.name,
    version: found.version,
    effective_from: found.effective_from,
    effective_to: found.effective_to,
    source: found.source,
    content: found.content,
  }
}
