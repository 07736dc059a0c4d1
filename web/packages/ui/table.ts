// Columns of TmVirtualTable, its sort order and the text that copying gives.

export interface TableColumn<T> {
  key: string
  title: string
  widthPx: number
  align?: 'left' | 'right' | 'center'
  /** Plain text of the cell: for display without a slot, for the tooltip and for copying. */
  text: (row: T) => string
  sortable?: boolean
  grow?: boolean
}

export interface SortOrder {
  key: string
  descending: boolean
}

export interface Window {
  first: number
  last: number
}

const overscanRows = 8
const mostRows = 60

/** Rows to draw for a scroll position, never more than 60; `last` is exclusive. */
export function visibleWindow(scrollTopPx: number, heightPx: number, rowPx: number, count: number): Window {
  const visible = Math.ceil(heightPx / rowPx) + 1
  const rows = Math.min(visible + 2 * overscanRows, mostRows)
  const wanted = Math.floor(scrollTopPx / rowPx) - overscanRows
  const first = Math.max(0, Math.min(wanted, count - rows))
  return { first, last: Math.min(count, first + rows) }
}

/** Rows as tab-separated text with a heading line; tabs and line ends inside a cell become spaces. */
export function asTsv<T>(columns: readonly TableColumn<T>[], rows: readonly T[]): string {
  const clean = (text: string) => text.replace(/[\t\r\n]+/g, ' ')
  const lines = rows.map((row) => columns.map((column) => clean(column.text(row))).join('\t'))
  return [columns.map((column) => clean(column.title)).join('\t'), ...lines].join('\n')
}
