// Keys of plan nodes: 1, 2, 3; a node that replaces 2 is 2.1.

/** The next whole number that no node has yet. */
export function freshKey(keys: readonly string[]): string {
  const most = Math.max(0, ...keys.map((key) => Number.parseInt(key, 10) || 0))
  return String(most + 1)
}
