// A canvas that follows its size and is painted once per frame when something it shows has changed.
import { type Ref, onBeforeUnmount, onMounted, watch } from 'vue'

export interface Painted {
  ctx: CanvasRenderingContext2D
  widthPx: number
  heightPx: number
  ratio: number
}

/** `sources` name what is shown; `paint` draws it in CSS pixels. Returns a way to ask for painting. */
export function usePainted(
  canvas: Ref<HTMLCanvasElement | null>,
  sources: () => unknown,
  paint: (surface: Painted) => void,
): () => void {
  let frame = 0
  let observer: ResizeObserver | undefined

  function draw() {
    frame = 0
    const element = canvas.value
    const box = element?.getBoundingClientRect()
    if (!element || !box || box.width < 2 || box.height < 2) return
    const ratio = Math.min(2, window.devicePixelRatio || 1)
    const width = Math.round(box.width * ratio)
    const height = Math.round(box.height * ratio)
    if (element.width !== width) element.width = width
    if (element.height !== height) element.height = height
    const ctx = element.getContext('2d')
    if (!ctx) return
    ctx.setTransform(ratio, 0, 0, ratio, 0, 0)
    paint({ ctx, widthPx: box.width, heightPx: box.height, ratio })
    element.dataset['frames'] = String(Number(element.dataset['frames'] ?? '0') + 1)
  }
  function request() {
    if (frame === 0) frame = requestAnimationFrame(draw)
  }
  onMounted(() => {
    if (canvas.value && typeof ResizeObserver !== 'undefined') {
      observer = new ResizeObserver(request)
      observer.observe(canvas.value)
    }
    request()
  })
  onBeforeUnmount(() => {
    cancelAnimationFrame(frame)
    observer?.disconnect()
  })
  watch(sources, request)
  return request
}
