// @vitest-environment happy-dom
import { mount } from '@vue/test-utils'
import { expect, it } from 'vitest'
import { traceOf } from './decode.ts'
import EcgVcg from './EcgVcg.vue'
import type { Trace } from './model.ts'
import { sampleRecording } from './sample.ts'
import { loopAngle, loopsOf, reachUv, vectorcardiogram } from './vcg.ts'

const trace = (lead: string, values: number[]): Trace => {
  const low = Float32Array.from(values)
  return { lead, low, high: low, valuesPerS: 100, firstS: 0 }
}

it('sums the leads with the weights of Kors', () => {
  const names = ['I', 'II', 'V1', 'V2', 'V3', 'V4', 'V5', 'V6']
  const one = vectorcardiogram(names.map((name) => trace(name, [name === 'V6' ? 1000 : 0, 1000])))
  expect([one?.xUv[0], one?.yUv[0], one?.zUv[0]].map((uv) => Math.round(uv ?? NaN))).toEqual([540, 130, 310])
  expect([one?.xUv[1], one?.yUv[1], one?.zUv[1]].map((uv) => Math.round(uv ?? NaN))).toEqual([960, 870, -750])
  expect(vectorcardiogram(names.slice(1).map((name) => trace(name, [0])))).toBeNull()
})

it('turns each wave into a loop per plane, with its angle', () => {
  const vcg = {
    xUv: Float64Array.of(0, 300, 0),
    yUv: Float64Array.of(0, 300, 0),
    zUv: Float64Array.of(0, -300, 0),
    valuesPerS: 100,
  }
  const marks = { pOnset: null, pEnd: null, qrsOnset: 0, qrsEnd: 20, tEnd: null }
  const loops = loopsOf(vcg, marks)
  expect(loops.map((loop) => [loop.plane, loop.wave, loop.points.length])).toEqual([
    ['frontal', 'qrs', 3],
    ['horizontal', 'qrs', 3],
    ['sagittal', 'qrs', 3],
  ])
  expect(loops.map(loopAngle)).toEqual([45, 45, 45])
  expect(reachUv(loops)).toBe(300)
  expect(reachUv([])).toBe(100)
  expect(loopAngle({ plane: 'frontal', wave: 'p', points: [{ rightUv: 0, downUv: 0 }] })).toBeNull()
})

it('shows three planes, or says what is missing', () => {
  const recording = sampleRecording(2)
  const { median } = recording
  if (!median) return
  expect(vectorcardiogram(median.leads.map((lead) => traceOf(median, lead)))).not.toBeNull()
  const wrapper = mount(EcgVcg, { props: { recording } })
  expect(wrapper.findAll('svg').length).toBe(3)
  expect(wrapper.findAll('path:not(.axis)').length).toBe(9)
  expect(mount(EcgVcg, { props: { recording: { ...recording, median: null } } }).text()).toContain('V1')
})
