// Pure parts of the three steps: what the person and the file have in common, which leads are poor.
import type { ImportPreview, Resident } from '@tianmu/api'

export const stepNames = ['register', 'import', 'send'] as const
export type StepName = (typeof stepNames)[number]

/** A field of the patient in the file as text, or an empty text. */
export function filePatient(preview: ImportPreview, field: string): string {
  const value = preview.patient[field]
  return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
}

/** The name in the file, family name first; formats differ in how they split it. */
export function fileName(preview: ImportPreview): string {
  return filePatient(preview, 'name') || `${filePatient(preview, 'family_name')}${filePatient(preview, 'given_name')}`
}

/** Whether the file names somebody else than the chosen person; an unnamed file contradicts nobody. */
export function namesSomebodyElse(preview: ImportPreview, person: Pick<Resident, 'id' | 'name'> | null): boolean {
  if (!person || preview.matches.some((match) => match.id === person.id)) return false
  const name = fileName(preview).replace(/\s+/g, '')
  return name !== '' && /[\u3400-\u9fff]/.test(name) && name !== person.name.replace(/\s+/g, '')
}

export interface PoorLead {
  lead: string
  grade: string
  faults: string[]
}

/** Leads of grade C or D with their faults. */
export function poorLeads(preview: ImportPreview): PoorLead[] {
  return Object.entries(preview.quality.leads ?? {})
    .filter(([, quality]) => quality.grade === 'C' || quality.grade === 'D')
    .map(([lead, quality]) => ({ lead, grade: quality.grade, faults: quality.faults ?? [] }))
}

/** Bytes of a base64 text, for the signal that a preview carries. */
export function bytesOf(base64: string): ArrayBuffer {
  const text = atob(base64)
  const bytes = new Uint8Array(text.length)
  for (let index = 0; index < text.length; index++) bytes[index] = text.charCodeAt(index)
  return bytes.buffer
}
