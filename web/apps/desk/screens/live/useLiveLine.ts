// One line to several live ECGs: a track and a state for each session, for as long as the screen lives.
import { onActivated, onBeforeUnmount, onDeactivated, reactive, shallowReactive, shallowRef, watch } from 'vue'
import { watchLiveEcg, type LiveEcgMessage, type LiveEcgWish } from '@tianmu/api/liveEcg.ts'
import { readFrames } from '@tianmu/widgets/ecg/live/frame.ts'
import { LiveTrack } from '@tianmu/widgets/ecg/live/track.ts'

export type LiveState = Extract<LiveEcgMessage, { type: 'state' }>

export function useLiveLine(wishes: () => readonly LiveEcgWish[], keptSeconds: number) {
  const tracks = shallowReactive(new Map<string, LiveTrack>())
  const states = reactive(new Map<string, LiveState>())
  const refused = reactive(new Set<string>())
  const status = shallowRef<'connecting' | 'open' | 'lost'>('connecting')
  const dropped = shallowRef(0)
  const shown = shallowRef(true)
  let line: ReturnType<typeof watchLiveEcg> | null = null

  function hear(message: LiveEcgMessage): void {
    if (message.type === 'session') begin(message)
    else if (message.type === 'state') states.set(message.session, message)
    else if (message.type === 'closed') refused.add(message.session)
    else if (message.type === 'lagging') dropped.value += message.dropped
  }

  function begin(said: Extract<LiveEcgMessage, { type: 'session' }>): void {
    const wanted = wishes().find((wish) => wish.session === said.session)?.leads
    const shown = said.leads.filter((lead) => !wanted || wanted.includes(lead))
    const leads = shown.length > 0 ? shown : said.leads
    if (tracks.get(said.session)?.info.beganMs === said.began_ms) return
    const info = {
      leads,
      fsHz: said.fs_hz,
      samplesPerFrame: said.samples_per_frame,
      uvPerLsb: leads.map((lead) => said.uv_per_lsb[said.leads.indexOf(lead)] ?? 1),
      beganMs: said.began_ms,
    }
    tracks.set(said.session, new LiveTrack(info, keptSeconds))
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
      line = watchLiveEcg(wanted, { samples, message: hear, status: (now) => (status.value = now) })
    },
    { immediate: true },
  )
  onDeactivated(() => (shown.value = false))
  onActivated(() => (shown.value = true))
  onBeforeUnmount(() => line?.close())
  return { tracks, states, refused, status, dropped }
}
