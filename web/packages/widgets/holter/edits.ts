// What an edit does to the beats on screen, at once; the server does the same and answers with the figures.
import { type HolterBeats, codeOf, placesOf } from './beats.ts'

/** An edit of beats as the server takes it; `beats` are samples. */
export type BeatEdit =
  | { act: 'relabel'; label: string; beats: number[] }
  | { act: 'relabel_cluster'; label: string; clusters: number[] }
  | { act: 'merge'; clusters: number[]; label?: string }
  | { act: 'split'; beats: number[]; label?: string }
  | { act: 'insert'; label: string; beats: number[] }
  | { act: 'delete'; beats: number[] }
  | { act: 'artefact'; start_s: number; stop_s: number }

/** The beats after an edit; arrays that did not change are shared. */
export function afterEdit(beats: HolterBeats, edit: BeatEdit): HolterBeats {
  switch (edit.act) {
    case 'relabel':
      return labelled(beats, placesOf(beats, edit.beats), edit.label)
    case 'relabel_cluster':
      return labelled(beats, inClusters(beats, edit.clusters), edit.label)
    case 'merge': {
      const inside = inClusters(beats, edit.clusters)
      const merged = moved(beats, inside, edit.clusters[0] ?? 0)
      return edit.label ? labelled(merged, inside, edit.label) : merged
    }
    case 'split': {
      const places = placesOf(beats, edit.beats)
      const apart = moved(beats, places, freshCluster(beats))
      return edit.label ? labelled(apart, places, edit.label) : apart
    }
    case 'insert':
      return inserted(beats, edit.beats, edit.label)
    case 'delete':
      return without(beats, placesOf(beats, edit.beats))
    case 'artefact':
      return unreadable(beats, edit.start_s, edit.stop_s)
  }
}

function inClusters(beats: HolterBeats, clusters: readonly number[]): Int32Array {
  const wanted = new Set(clusters)
  const found: number[] = []
  for (let i = 0; i < beats.templates.length; i++) if (wanted.has(beats.templates[i] ?? -1)) found.push(i)
  return Int32Array.from(found)
}

function labelled(beats: HolterBeats, places: Int32Array, label: string): HolterBeats {
  const classes = beats.classes.slice()
  const code = codeOf(label)
  for (const place of places) classes[place] = code
  return { ...beats, classes }
}

function moved(beats: HolterBeats, places: Int32Array, number: number): HolterBeats {
  const templates = beats.templates.slice()
  for (const place of places) templates[place] = number
  return { ...beats, templates }
}

/** A number that no template on screen has; the server's own follows with its answer. */
export function freshCluster(beats: HolterBeats): number {
  let most = -1
  for (const number of beats.templates) if (number > most) most = number
  return most + 1
}

function inserted(beats: HolterBeats, samples: readonly number[], label: string): HolterBeats {
  let next = beats
  for (const sample of samples) next = withOne(next, sample, label)
  return next
}

function withOne(beats: HolterBeats, sample: number, label: string): HolterBeats {
  const count = beats.samples.length
  let at = 0
  while (at < count && (beats.samples[at] ?? 0) < sample) at++
  if (beats.samples[at] === sample) return beats
  const code = codeOf(label)
  const same = beats.classes.indexOf(code)
  const home = same >= 0 ? (beats.templates[same] ?? 0) : freshCluster(beats)
  return {
    ...beats,
    samples: spliced(beats.samples, new Int32Array(count + 1), at, sample),
    templates: spliced(beats.templates, new Uint16Array(count + 1), at, home),
    classes: spliced(beats.classes, new Uint8Array(count + 1), at, code),
    unreadable: spliced(beats.unreadable, new Uint8Array(count + 1), at, 0),
  }
}

function spliced<T extends Int32Array | Uint16Array | Uint8Array>(from: T, into: T, at: number, value: number): T {
  into.set(from.subarray(0, at))
  into[at] = value
  into.set(from.subarray(at), at + 1)
  return into
}

function without(beats: HolterBeats, places: Int32Array): HolterBeats {
  const gone = new Set(places)
  const kept = (_value: number, index: number) => !gone.has(index)
  return {
    ...beats,
    samples: beats.samples.filter(kept),
    templates: beats.templates.filter(kept),
    classes: beats.classes.filter(kept),
    unreadable: beats.unreadable.filter(kept),
  }
}

function unreadable(beats: HolterBeats, startS: number, stopS: number): HolterBeats {
  const classes = beats.classes.slice()
  const flags = beats.unreadable.slice()
  for (let i = 0; i < classes.length; i++) {
    const at = (beats.samples[i] ?? 0) / beats.fsHz
    if (at < startS || at > stopS) continue
    classes[i] = codeOf('Q')
    flags[i] = 1
  }
  return { ...beats, classes, unreadable: flags }
}
