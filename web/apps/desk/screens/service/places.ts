// The institutions of the tree of units, flat, in its order.
import type { OrganizationNode } from '@tianmu/api'

const kinds = new Set(['hospital', 'township'])

export function placesIn(nodes: readonly OrganizationNode[]): { id: string; name: string }[] {
  return nodes.flatMap((one) => [
    ...(kinds.has(one.kind) ? [{ id: one.id, name: one.name }] : []),
    ...placesIn(one.children),
  ])
}
