// What a second reader writes before it is sent.
import type { SecondReading } from '@tianmu/api'

export const emptyReading = (): SecondReading => ({
  conclusion: [],
  conclusion_class: '',
  image_grade: '',
  comment: '',
})

export function isReadingDraft(value: unknown): value is SecondReading {
  return (
    typeof value === 'object' &&
    value !== null &&
    'conclusion' in value &&
    Array.isArray(value.conclusion) &&
    'image_grade' in value
  )
}
