// Times the viewer in a real browser: draw of full pages, opening, and frames while panning. Read by benchmarks/ecg_viewer.py.
import { sampleRecording } from './sample.ts'
import { DEFAULT_SETTINGS, type EcgSettings } from './model.ts'
import { EcgCanvas } from './viewer.ts'

interface Result {
  name: string
  p50Ms: number
  p95Ms: number
  count: number
}

const silent = { settingsChanged() {}, markingsChanged() {}, viewChanged() {} }

function summary(name: string, times: number[]): Result {
  const sorted = [...times].sort((a, b) => a - b)
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN
  return { name, p50Ms: at(0.5), p95Ms: at(0.95), count: times.length }
}

function canvases(): [HTMLCanvasElement, HTMLCanvasElement] {
  const [base, overlay] = [document.getElementById('base'), document.getElementById('overlay')]
  if (!(base instanceof HTMLCanvasElement) || !(overlay instanceof HTMLCanvasElement)) throw new Error('no canvas')
  return [base, overlay]
}

/** Wait until what was drawn is really on the canvas: reading a pixel back flushes the recorded commands. */
function flush(canvas: HTMLCanvasElement): void {
  canvas.getContext('2d', { alpha: false })?.getImageData(0, 0, 1, 1)
}

const nextFrame = () => new Promise<number>((resolve) => requestAnimationFrame(resolve))

function open(change: Partial<EcgSettings>, seconds: number, recording = sampleRecording(seconds)): EcgCanvas {
  const [base, overlay] = canvases()
  const viewer = new EcgCanvas(base, overlay, recording, { ...DEFAULT_SETTINGS, ...change }, silent)
  viewer.resize(1600, 900)
  return viewer
}

/** Draw `count` times, each a little further, and time until the pixels are there. */
function timeDraws(name: string, viewer: EcgCanvas, count = 120): Result {
  const [base] = canvases()
  const times: number[] = []
  for (let i = 0; i < count; i++) {
    viewer.look({ ...viewer.view, xMm: (i % 40) * 0.7 })
    const started = performance.now()
    viewer.draw()
    flush(base)
    times.push(performance.now() - started)
  }
  viewer.destroy()
  return summary(name, times)
}

/** Pan by 6 px per frame and measure the distance between frames. */
async function timePan(name: string, viewer: EcgCanvas, count = 180): Promise<Result> {
  const times: number[] = []
  let before = await nextFrame()
  for (let i = 0; i < count; i++) {
    const stepMm = (i % 120 < 60 ? 6 : -6) / viewer.view.pxPerMm
    viewer.look({ ...viewer.view, xMm: viewer.view.xMm + stepMm })
    const now = await nextFrame()
    times.push(now - before)
    before = now
  }
  viewer.destroy()
  return summary(name, times)
}

async function run(): Promise<Result[]> {
  const results: Result[] = []
  const recording = sampleRecording(10)
  const started = performance.now()
  const first = open({}, 10, recording)
  first.draw()
  flush(canvases()[0])
  results.push(summary('open 10 s, 12 leads, filters on', [performance.now() - started]))
  results.push(timeDraws('draw 3x4+1R, 10 s', first))
  results.push(timeDraws('draw 12x1, 10 s', open({ layout: '12x1' }, 10)))
  results.push(timeDraws('draw 12x1, 60 s at 6.25 mm/s', open({ layout: '12x1', speedMmPerS: 6.25 }, 60)))
  results.push(timeDraws('draw 12x1, 10 s at 50 mm/s', open({ layout: '12x1', speedMmPerS: 50 }, 10)))
  results.push(await timePan('pan 12x1 at 50 mm/s, frame distance', open({ layout: '12x1', speedMmPerS: 50 }, 10)))
  results.push(await timePan('pan 12x1, 60 s at 25 mm/s, frame distance', open({ layout: '12x1' }, 60)))
  return results
}

declare global {
  interface Window {
    ecgBench: Promise<Result[]>
  }
}

window.ecgBench = run()
