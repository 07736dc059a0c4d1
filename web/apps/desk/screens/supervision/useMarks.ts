// The marks of the map: the points of now, or those of one hour of a day that is played back.
import { computed, onBeforeUnmount, onDeactivated, ref, watch } from 'vue'
import { useMapDay, useMapPoints } from '@tianmu/api/queries/supervision.ts'
import { gravest } from '@tianmu/widgets/map/layout.ts'
import type { MapMark } from '@tianmu/widgets/map/model.ts'

const stepMs = 900
const lastHour = 23

export function useMarks() {
  const points = useMapPoints()
  const day = ref('')
  const hour = ref(0)
  const playing = ref(false)
  const played = useMapDay(() => day.value)
  let timer: ReturnType<typeof setInterval> | undefined

  const ofHour = computed(
    () =>
      new Map((played.data.value?.hours ?? []).filter((one) => one.hour === hour.value).map((one) => [one.id, one])),
  )
  const marks = computed<MapMark[]>(() =>
    (points.data.value?.points ?? []).map((point) => {
      const then = ofHour.value.get(point.id)
      const past = then?.critical ? 'critical' : then?.arrivals ? 'online' : 'idle'
      return {
        id: point.id,
        name: point.name,
        kind: point.kind,
        town: point.town,
        x: point.x,
        y: point.y,
        state: day.value ? past : gravest(point.states),
        count: day.value ? (then?.arrivals ?? 0) : point.today,
      }
    }),
  )
  const sum = computed(() => ({
    arrivals: marks.value.reduce((total, mark) => total + mark.count, 0),
    critical: [...ofHour.value.values()].reduce((total, one) => total + one.critical, 0),
  }))

  function stop() {
    clearInterval(timer)
    playing.value = false
  }
  function play() {
    stop()
    if (hour.value >= lastHour) hour.value = 0
    playing.value = true
    timer = setInterval(() => {
      if (hour.value >= lastHour) stop()
      else hour.value += 1
    }, stepMs)
  }
  watch(day, stop)
  onDeactivated(stop)
  onBeforeUnmount(stop)
  return { points, played, day, hour, playing, marks, sum, play, stop }
}
