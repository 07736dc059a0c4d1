// A track and a state for each of several live ECGs, for as long as the screen lives; the line itself is the caller's.
import { onActivated, onBeforeUnmount, onDeactivated, reactive, shallowReactive, shallowRef, watch } from 'vue'
import { readFrames } from './frame.ts'
import { LiveTrack } from './track.ts'

/** A session of which some leads are wished; left out: every lead. */
export interface LiveWish {
  session: string
  leads?: readonly string[]
  seconds: number
}

/** The first word about a session: how its frames are to be read. */
export interface SessionWord {
  type: 'session'
  session: string
  leads: string[]
  fs_hz: number
  samples_per_frame: number
  uv_per_lsb: number[]
  began_ms: number
}

interface StateWord {
  type: 'state'
  session: string
}

type Word = SessionWord | StateWord | { type: 'closed'; session: string } | { type: 'lagging'; dropped: number }
type Status = 'connecting' | 'open' | 'lost'

/** What opens a line to sessions and says everything that it hears. */
export type OpenLine<M> = (
  wishes: readonly LiveWish[],
  hearer: { samples(data: ArrayBuffer): void; message(message: M): void; status(status: Status): void },
) => { close: () => void }

/** How one lead set of a session is read: only the wished leads, or all where none of them is there. */
function trackOf(said: SessionWord, wanted: readonly string[] | undefined, keptSeconds: number): LiveTrack {
  const wished = said.leads.filter((lead) => !wanted || wanted.includes(lead))
  const leads = wished.length > 0 ? wished : said.leads
  const info = {
    leads,
    fsHz: said.fs_hz,
    samplesPerFrame: said.samples_per_frame,
    uvPerLsb: leads.map((lead) => said.uv_per_lsb[said.leads.indexOf(lead)] ?? 1),
    beganMs: said.began_ms,
  }
  return new LiveTrack(info, keptSeconds)
}

export function useLiveTracks<M extends Word | { type: string }>(
  open: OpenLine<M>,
  wishes: () => readonly LiveWish[],
  keptSeconds: number,
) {
  type State = Extract<M, { type: 'state' }>
  const tracks = shallowReactive(new Map<string, LiveTrack>())
  const states = shallowReactive(new Map<string, State>())
  const refused = reactive(new Set<string>())
  const status = shallowRef<Status>('connecting')
  const dropped = shallowRef(0)
  const shown = shallowRef(true)
  let line: { close: () => void } | null = null

  function hear(message: M): void {
    const word = message as Word
    if (word.type === 'session') begin(word)
    else if (word.type === 'state') states.set(word.session, message as State)
    else if (word.type === 'closed') refused.add(word.session)
    else if (word.type === 'lagging') dropped.value += word.dropped
  }

  function begin(said: SessionWord): void {
    if (tracks.get(said.session)?.info.beganMs === said.began_ms) return
    const wanted = wishes().find((wish) => wish.session === said.session)?.leads
    tracks.set(said.session, trackOf(said, wanted, keptSeconds))
  }

  const samples = (data: ArrayBuffer) => {
    for (const frame of readFrames(data)) tracks.get(frame.session)?.put(frame)
  }

  watch(
    () => JSON.stringify(shown.value ? wishes() : []),
    () => {
      line?.close()
      line = null
      const wanted = shown.value ? wishes() : []
      for (const key of tracks.keys()) if (!wanted.some((wish) => wish.session === key)) tracks.delete(key)
      if (wanted.length === 0) return
      line = open(wanted, { samples, message: hear, status: (now) => (status.value = now) })
    },
    { immediate: true },
  )
  onDeactivated(() => (shown.value = false))
  onActivated(() => (shown.value = true))
  onBeforeUnmount(() => line?.close())
  return { tracks, states, refused, status, dropped }
}
