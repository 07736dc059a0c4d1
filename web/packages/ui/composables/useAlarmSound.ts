// The critical alarm's sound: three two-tone calls, 2.4 s in all, repeated every 30 s while `ringing`.
import { onBeforeUnmount, watch } from 'vue'

const repeatMs = 30_000
const tonesHz = [880, 660] as const
const toneSeconds = 0.3
const callEverySeconds = 0.8
const calls = 3

function playOnce(context: AudioContext): void {
  const gain = context.createGain()
  gain.gain.value = 0.18
  gain.connect(context.destination)
  for (let call = 0; call < calls; call++) {
    tonesHz.forEach((frequencyHz, index) => {
      const tone = context.createOscillator()
      tone.frequency.value = frequencyHz
      tone.connect(gain)
      const start = context.currentTime + call * callEverySeconds + index * toneSeconds
      tone.start(start)
      tone.stop(start + toneSeconds)
    })
  }
}

/** Ring at once and every 30 s while `ringing()` is true. A browser that blocks sound stays silent; the panel is seen. */
export function useAlarmSound(ringing: () => boolean): void {
  let context: AudioContext | undefined
  let timer: ReturnType<typeof setInterval> | undefined

  const ring = async () => {
    if (typeof AudioContext === 'undefined') return
    context ??= new AudioContext()
    if (context.state === 'suspended')
      await Promise.race([context.resume(), new Promise((done) => setTimeout(done, 500))])
    if (context.state === 'running') playOnce(context)
  }
  const silence = () => {
    clearInterval(timer)
    timer = undefined
  }
  watch(
    ringing,
    (wanted) => {
      if (!wanted) return silence()
      if (timer !== undefined) return
      void ring()
      timer = setInterval(() => void ring(), repeatMs)
    },
    { immediate: true },
  )
  onBeforeUnmount(() => {
    silence()
    void context?.close()
  })
}
