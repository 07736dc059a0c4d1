// Pictures of templates by the template each example beat belongs to now, so that merges and splits show at once.
import type { HolterTemplates } from '@tianmu/api'
import { placesOf, type HolterBeats } from '@tianmu/widgets/holter/beats.ts'

export interface TemplateExamples {
  samples: number[]
  /** Beats, leads, samples. */
  uv: number[][][]
}

export function examplesByTemplate(told: HolterTemplates, beats: HolterBeats): Map<number, TemplateExamples> {
  const found = new Map<number, TemplateExamples>()
  for (const cluster of told.clusters) {
    cluster.example_samples.forEach((sample, at) => {
      const [place] = placesOf(beats, [sample])
      const uv = cluster.examples_uv[at]
      if (place === undefined || !uv) return
      const number = beats.templates[place] ?? 0
      const row = found.get(number) ?? { samples: [], uv: [] }
      row.samples.push(sample)
      row.uv.push(uv)
      found.set(number, row)
    })
  }
  return found
}
