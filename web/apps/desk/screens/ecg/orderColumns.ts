// Columns of the ECG worklist (ecg.md section 1), in the order readers scan them.
import type { Order } from '@tianmu/api'
import { formatInstant, language, notRecorded, type TableColumn } from '@tianmu/ui'
import { t } from '../../text/ecg.ts'
import { ageWord, sexWord } from '../sex.ts'
import { conclusionText } from './words.ts'

const englishWider = 1.35

/** Columns with titles in the language on screen; English words need more room. */
export function orderColumns(): TableColumn<Order>[] {
  const factor = language() === 'en' ? englishWider : 1
  return columns().map((column) => ({ ...column, widthPx: Math.round(column.widthPx * factor) }))
}

function columns(): TableColumn<Order>[] {
  const c = t.columns
  return [
    { key: 'state', title: c.state, widthPx: 76, text: (row) => t.states[row.state] },
    { key: 'critical', title: c.critical, widthPx: 72, text: (row) => t.criticals[row.critical] },
    { key: 'urgency', title: c.urgency, widthPx: 60, text: (row) => t.urgencies[row.urgency] },
    { key: 'name', title: c.name, widthPx: 84, text: (row) => row.patient.name },
    { key: 'sex', title: c.sex, widthPx: 44, text: (row) => sexWord(row.patient.sex) },
    { key: 'age', title: c.age, widthPx: 56, align: 'right', text: (row) => ageWord(row.patient.age_years) },
    { key: 'waiting', title: c.waiting, widthPx: 84, align: 'right', text: () => '' },
    {
      key: 'heartRate',
      title: c.heartRate,
      widthPx: 50,
      align: 'right',
      text: (row) => String(row.heart_rate ?? notRecorded),
    },
    { key: 'machine', title: c.machine, widthPx: 180, grow: true, text: conclusionText },
    {
      key: 'quality',
      title: c.quality,
      widthPx: 48,
      align: 'center',
      text: (row) => row.quality_grade || notRecorded,
    },
    { key: 'origin', title: c.origin, widthPx: 140, text: (row) => row.origin.name },
    { key: 'department', title: c.department, widthPx: 84, text: (row) => row.department },
    { key: 'acquired', title: c.acquiredAt, widthPx: 132, text: (row) => formatInstant(row.acquired_at) },
    { key: 'lock', title: c.lock, widthPx: 64, text: (row) => row.lock?.holder ?? '' },
    { key: 'reader', title: c.reader, widthPx: 70, text: (row) => row.reader ?? '' },
    { key: 'reviewer', title: c.reviewer, widthPx: 70, text: (row) => row.reviewer ?? '' },
    { key: 'number', title: c.number, widthPx: 130, text: (row) => row.number },
    { key: 'kind', title: c.kind, widthPx: 76, text: (row) => t.kinds[row.kind] ?? row.kind },
  ]
}
