// Ties the viewer to a component: makes it when its canvases exist, follows size and props, frees it at the end.
import { computed, onBeforeUnmount, onMounted, type Ref, shallowRef, watch } from 'vue'
import { loadScale, screenKey } from './calibrate.ts'
import { type EcgRecording, type EcgSettings, NOMINAL_PX_PER_MM } from './model.ts'
import { PointerControl } from './pointer.ts'
import { EcgCanvas, type Markings } from './viewer.ts'

export interface CanvasProps {
  recording: EcgRecording
  settings: EcgSettings
  markings: Markings | null
  highlight: readonly string[]
}

export interface CanvasEvents {
  settings(settings: EcgSettings): void
  markings(markings: Markings): void
}

export interface CanvasElements {
  host: Ref<HTMLElement | null>
  base: Ref<HTMLCanvasElement | null>
  overlay: Ref<HTMLCanvasElement | null>
}

/** Make viewer and input for the three elements; null where one is missing. */
function start(elements: CanvasElements, props: CanvasProps, events: CanvasEvents, zoomed: (zoom: number) => void) {
  const host = elements.host.value
  const base = elements.base.value
  const overlay = elements.overlay.value
  if (!host || !base || !overlay) return null
  const viewer = new EcgCanvas(base, overlay, props.recording, props.settings, {
    settingsChanged: events.settings,
    markingsChanged: events.markings,
    viewChanged: (view) => zoomed(view.zoom),
  })
  if (props.markings) viewer.restore(props.markings)
  viewer.highlight(props.highlight)
  const control = new PointerControl(host, viewer)
  const fit = () => viewer.resize(host.clientWidth, host.clientHeight)
  const observer = new ResizeObserver(fit)
  observer.observe(host)
  fit()
  const stop = () => {
    observer.disconnect()
    control.destroy()
    viewer.destroy()
  }
  return { viewer, stop }
}

/** Take over the true scale that was calibrated on this screen, unless one is set already. */
function applyStoredScale(settings: EcgSettings, events: CanvasEvents): void {
  const { screen, devicePixelRatio, localStorage } = window
  const stored = loadScale(localStorage, screenKey(screen.width, screen.height, devicePixelRatio))
  if (settings.pxPerMm === NOMINAL_PX_PER_MM && stored !== NOMINAL_PX_PER_MM) {
    events.settings({ ...settings, pxPerMm: stored })
  }
}

export function useEcgCanvas(elements: CanvasElements, props: () => CanvasProps, events: CanvasEvents) {
  const running = shallowRef<ReturnType<typeof start>>(null)
  const zoom = shallowRef(1)
  const viewer = computed(() => running.value?.viewer ?? null)
  const markings = shallowRef<Markings>(props().markings ?? { calipers: [], marks: props().recording.marks })
  const marked = (changed: Markings) => {
    markings.value = changed
    events.markings(changed)
  }

  onMounted(() => {
    applyStoredScale(props().settings, events)
    running.value = start(elements, props(), { ...events, markings: marked }, (value) => (zoom.value = value))
  })
  watch(
    () => props().recording,
    (recording) => {
      viewer.value?.show(recording)
      markings.value = viewer.value?.markings ?? { calipers: [], marks: recording.marks }
    },
  )
  watch(
    () => props().settings,
    (settings) => viewer.value?.apply(settings),
  )
  watch(
    () => props().highlight,
    (leads) => viewer.value?.highlight(leads),
  )
  watch(
    () => props().markings,
    (saved) => {
      if (!saved || saved === viewer.value?.markings) return
      viewer.value?.restore(saved)
      markings.value = saved
    },
  )
  onBeforeUnmount(() => running.value?.stop())
  return { viewer, zoom, markings }
}
