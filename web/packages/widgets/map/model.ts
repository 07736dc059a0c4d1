// What the county map shows: towns as outlines, institutions as points; all in drawing units.
export interface MapTown {
  code: string
  name: string
  /** x and y in turn. */
  outline: readonly number[]
  label: readonly number[]
}

export interface MapDrawing {
  width: number
  height: number
  towns: readonly MapTown[]
}

/** Gravest first; the same order as the server's. */
export const pointStates = ['critical', 'overdue', 'offline', 'online', 'idle'] as const
export type PointState = (typeof pointStates)[number]

export interface MapMark {
  id: string
  name: string
  kind: string
  town: string
  x: number
  y: number
  state: PointState
  /** What the point is sized by, and its town coloured: the number of ECGs. */
  count: number
}
