// Pure geometry of the county map: paths, sizes, heat, what the arrow keys reach.
import { pointStates, type MapMark, type PointState } from './model.ts'

const leastRadius = 9
const mostRadius = 18
const heatSteps = 5

/** The outline as an SVG path. */
export function pathOf(outline: readonly number[]): string {
  const places: string[] = []
  for (let at = 0; at + 1 < outline.length; at += 2) places.push(`${outline[at]} ${outline[at + 1]}`)
  return places.length > 0 ? `M${places.join('L')}Z` : ''
}

/** Radius of a point: its area grows with what it sent. */
export function radiusOf(count: number, most: number): number {
  if (most <= 0 || count <= 0) return leastRadius
  return leastRadius + (mostRadius - leastRadius) * Math.sqrt(Math.min(1, count / most))
}

/** Sums of the points by town. */
export function byTown(marks: readonly MapMark[]): Map<string, number> {
  const sums = new Map<string, number>()
  for (const mark of marks) sums.set(mark.town, (sums.get(mark.town) ?? 0) + mark.count)
  return sums
}

/** Heat of a town in steps 0 (nothing) to 5 (as much as the busiest). */
export function heatOf(count: number, most: number): number {
  return most <= 0 || count <= 0 ? 0 : Math.max(1, Math.ceil((heatSteps * count) / most))
}

/** The state a server's list of states shows: the gravest that is known. */
export function gravest(states: readonly string[]): PointState {
  return pointStates.find((one) => states.includes(one)) ?? 'idle'
}

/** Points in drawing order: the gravest last, so that it lies on top. */
export function inOrder(marks: readonly MapMark[]): MapMark[] {
  const rank = (mark: MapMark) => pointStates.indexOf(mark.state)
  return [...marks].sort((a, b) => rank(b) - rank(a) || a.y - b.y)
}

/** The nearest point in the direction of an arrow key; null when there is none. */
export function neighbour(marks: readonly MapMark[], from: MapMark, key: string): MapMark | null {
  const step: Record<string, [number, number]> = {
    ArrowLeft: [-1, 0],
    ArrowRight: [1, 0],
    ArrowUp: [0, -1],
    ArrowDown: [0, 1],
  }
  const way = step[key]
  if (!way) return null
  let best: MapMark | null = null
  let least = Number.POSITIVE_INFINITY
  for (const mark of marks) {
    const ahead = (mark.x - from.x) * way[0] + (mark.y - from.y) * way[1]
    const aside = Math.abs((mark.x - from.x) * way[1]) + Math.abs((mark.y - from.y) * way[0])
    if (mark.id === from.id || ahead <= 0) continue
    if (ahead + 2 * aside < least) [best, least] = [mark, ahead + 2 * aside]
  }
  return best
}
