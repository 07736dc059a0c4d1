// @names in a message: what is being typed, what is put in, and who is meant.

/** The letters after the last @ before the caret, or null when no name is being typed. */
export function mentionAt(text: string, caret: number): string | null {
  const found = /@([^\s@]{0,12})$/.exec(text.slice(0, caret))
  return found ? (found[1] ?? '') : null
}

/** The text with the name in place of what was typed after the last @, and where the caret goes. */
export function withMention(text: string, caret: number, name: string): { text: string; caret: number } {
  const before = text.slice(0, caret).replace(/@[^\s@]{0,12}$/, `@${name} `)
  return { text: before + text.slice(caret), caret: before.length }
}

/** Keys of the people whose @name stands in the text; the longer name wins over one that begins it. */
export function mentionedIn(text: string, people: readonly { id: string; name: string }[]): string[] {
  let left = text
  const found: string[] = []
  for (const one of [...people].sort((a, b) => b.name.length - a.name.length)) {
    if (!left.includes(`@${one.name}`)) continue
    found.push(one.id)
    left = left.replaceAll(`@${one.name}`, ' ')
  }
  return found
}
