// A made hour of beats for the gallery: sinus rhythm with breathing, every 23rd beat early and ventricular.
import type { HolterBeats } from './beats.ts'

const FS_HZ = 250
const EARLY = 23

export function sampleBeats(count = 4000): HolterBeats {
  const samples = new Int32Array(count)
  const classes = new Uint8Array(count)
  let at = 0
  for (let i = 0; i < count; i++) {
    const early = i % EARLY === EARLY - 1
    const after = i % EARLY === 0 && i > 0
    const breathing = 40 * Math.sin(i / 4) + 60 * Math.sin(i / 400)
    at += Math.round(((820 + breathing) * (early ? 0.6 : after ? 1.4 : 1) * FS_HZ) / 1000)
    samples[i] = at
    classes[i] = (early ? 'V' : 'N').charCodeAt(0)
  }
  return {
    fsHz: FS_HZ,
    edits: 0,
    samples,
    templates: Uint16Array.from(classes, (code) => (code === 'V'.charCodeAt(0) ? 2 : 1)),
    classes,
    unreadable: new Uint8Array(count),
  }
}
