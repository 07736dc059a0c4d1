// What an edit does to lists on screen at once: decisions about events, chosen strips, the diary. Figures follow from the server.
import type { HolterDiaryLine, HolterEditIn, HolterStrip, HolterView } from '@tianmu/api'

/** The view after an edit as far as the browser can tell; the same object where it cannot. */
export function viewAfter(view: HolterView, edit: HolterEditIn, number: number): HolterView {
  switch (edit.act) {
    case 'event':
      return decided(view, edit)
    case 'strip':
      return edit.strip ? { ...view, strips: withStrip(view.strips, edit.strip, number) } : view
    case 'strip_drop':
      return { ...view, strips: view.strips.filter((one) => one.number !== edit.strip_number) }
    case 'diary':
      return edit.diary ? { ...view, diary: withLine(view.diary, edit.diary, number) } : view
    case 'diary_drop':
      return { ...view, diary: view.diary.filter((one) => one.number !== edit.diary_number) }
    default:
      return view
  }
}

function decided(view: HolterView, edit: HolterEditIn): HolterView {
  const said = edit.event
  if (!said) return view
  const events = view.events.map((one) =>
    one.key === said.key
      ? {
          ...one,
          state: said.state as typeof one.state,
          shown_kind: said.new_kind ?? one.kind,
          note: said.note ?? '',
        }
      : one,
  )
  return { ...view, events }
}

type Said<T> = T extends null | undefined ? never : T

function withStrip(strips: readonly HolterStrip[], said: Said<HolterEditIn['strip']>, number: number): HolterStrip[] {
  const one = {
    number,
    start_s: said.start_s,
    stop_s: said.stop_s,
    caption: said.caption ?? '',
    leads: [...(said.leads ?? [])],
  }
  const kept = strips.filter((strip) => strip.number !== said.replaces)
  return [...kept, one].sort((a, b) => a.start_s - b.start_s || a.number - b.number)
}

function withLine(
  lines: readonly HolterDiaryLine[],
  said: Said<HolterEditIn['diary']>,
  number: number,
): HolterDiaryLine[] {
  const kept = lines.filter((line) => line.number !== said.replaces)
  return [...kept, { number, at_s: said.at_s, text: said.text }].sort((a, b) => a.at_s - b.at_s)
}
