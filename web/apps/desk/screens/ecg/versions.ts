// What differs between two versions of a report, word by word.
export interface Piece {
  text: string
  kind: 'same' | 'gone' | 'new'
}

/** Pieces of two texts by their longest common sequence of characters or Latin words. */
export function textDiff(from: string, to: string): Piece[] {
  const a = wordsOf(from)
  const b = wordsOf(to)
  const lengths = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1))
  const at = (i: number, j: number) => lengths[i]?.[j] ?? 0
  for (let i = a.length - 1; i >= 0; i--) {
    const row = lengths[i]
    if (!row) continue
    for (let j = b.length - 1; j >= 0; j--)
      row[j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1))
  }
  const pieces: Piece[] = []
  const add = (text: string, kind: Piece['kind']) => {
    const last = pieces[pieces.length - 1]
    if (last?.kind === kind) last.text += text
    else pieces.push({ text, kind })
  }
  let i = 0
  let j = 0
  while (i < a.length || j < b.length) {
    const one = a[i]
    const other = b[j]
    if (one !== undefined && one === other) {
      add(one, 'same')
      i++
      j++
    } else if (other !== undefined && (one === undefined || at(i, j + 1) >= at(i + 1, j))) {
      add(other, 'new')
      j++
    } else if (one !== undefined) {
      add(one, 'gone')
      i++
    }
  }
  return pieces
}

const wordsOf = (text: string): string[] => text.match(/[A-Za-z0-9.]+|\s+|[^A-Za-z0-9.\s]/gu) ?? []
