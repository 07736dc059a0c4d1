// Looking back over what is stored of a session, a minute at a time, while the live line goes on.
import { computed, shallowRef } from 'vue'
import { readLiveFrames, type LiveSessionDetail } from '@tianmu/api/queries/liveEcg.ts'
import { readFrames } from '@tianmu/widgets/ecg/live/frame.ts'
import { LiveTrack, type LiveInfo } from '@tianmu/widgets/ecg/live/track.ts'

const keptSeconds = 60

export function useLookBack(session: () => LiveSessionDetail | undefined, info: () => LiveInfo | undefined) {
  const track = shallowRef<LiveTrack | null>(null)
  /** Sample at which what is shown ends; null is live. */
  const until = shallowRef<number | null>(null)
  const holdsSignal = shallowRef(true)
  const busy = shallowRef(false)
  const atMs = computed(() => (until.value === null ? null : (track.value?.timeMs(until.value) ?? null)))

  async function show(end: number): Promise<void> {
    const known = info()
    const row = session()
    if (!known || !row) return
    busy.value = true
    try {
      const lastFrame = Math.max(1, Math.ceil(end / known.samplesPerFrame))
      const firstFrame = Math.max(0, lastFrame - Math.round((keptSeconds * known.fsHz) / known.samplesPerFrame))
      const fresh = new LiveTrack(known, keptSeconds + 1)
      const frames = readFrames(await readLiveFrames(row.id, firstFrame, lastFrame))
      for (const frame of frames) fresh.put(frame)
      fresh.end = Math.max(fresh.end, lastFrame * known.samplesPerFrame)
      holdsSignal.value = frames.length > 0
      track.value = fresh
      until.value = lastFrame * known.samplesPerFrame
    } finally {
      busy.value = false
    }
  }

  /** Go back or forward by some seconds from what is shown, or from `newest` when it is live. */
  async function move(seconds: number, newest: number): Promise<void> {
    const known = info()
    if (!known) return
    const target = (until.value ?? newest) + seconds * known.fsHz
    if (target >= newest) leave()
    else await show(Math.max(known.fsHz, target))
  }

  function leave(): void {
    until.value = null
    track.value = null
  }
  return { track, until, atMs, holdsSignal, busy, show, move, leave }
}
