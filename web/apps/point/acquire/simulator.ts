// A device that is none: a sinus rhythm for training, offered only where the platform says it is a demo county.
import type { Frame, Hello } from './frames.ts'

const FS_HZ = 500
const FRAME = 100
const UV_PER_LSB = 2.5
const RR_S = 60 / 72

/** P, Q, R, S, T of each lead in µV; limb leads keep Einthoven's sums. */
const shapes: Readonly<Record<string, readonly number[]>> = {
  I: [80, -40, 700, -120, 220],
  II: [140, -60, 1100, -180, 330],
  V1: [60, 0, 220, -900, -60],
  V2: [70, 0, 420, -1200, 380],
  V3: [70, -20, 700, -850, 450],
  V4: [80, -60, 1150, -450, 430],
  V5: [80, -80, 1200, -220, 350],
  V6: [80, -80, 950, -110, 270],
}
const sums: Readonly<Record<string, readonly [number, number]>> = {
  III: [-1, 1],
  aVR: [-0.5, -0.5],
  aVL: [1, -0.5],
  aVF: [-0.5, 1],
}
const places = [-0.17, -0.032, 0, 0.032, 0.27] as const
const widths = [0.028, 0.009, 0.012, 0.011, 0.058] as const
const leads = ['I', 'II', 'III', 'aVR', 'aVL', 'aVF', 'V1', 'V2', 'V3', 'V4', 'V5', 'V6']

export const simulatorHello: Hello = { leads, fsHz: FS_HZ, uvPerLsb: UV_PER_LSB, device: 'simulator' }

function waveUv(name: string, timeS: number): number {
  const sizes = shapes[name]
  if (!sizes) {
    const [a, b] = sums[name] ?? [0, 0]
    return a * waveUv('I', timeS) + b * waveUv('II', timeS)
  }
  const phase = ((timeS + 0.3) % RR_S) - 0.3
  return sizes.reduce(
    (sum, size, wave) => sum + size * Math.exp(-0.5 * ((phase - (places[wave] ?? 0)) / (widths[wave] ?? 1)) ** 2),
    0,
  )
}

/** The n-th frame; `noise` gives numbers between 0 and 1. */
export function simulatedFrame(seq: number, nowMs: number, noise: () => number = Math.random): Frame {
  const samples = leads.map((name) =>
    Int16Array.from({ length: FRAME }, (_, at) => {
      const timeS = (seq * FRAME + at) / FS_HZ
      const wander = 40 * Math.sin(2 * Math.PI * 0.25 * timeS)
      return Math.round((waveUv(name, timeS) + (name.startsWith('V') ? wander : 0) + 6 * (noise() - 0.5)) / UV_PER_LSB)
    }),
  )
  return { seq, clockMs: nowMs, samples }
}

export const FRAME_MS = (1000 * FRAME) / FS_HZ
