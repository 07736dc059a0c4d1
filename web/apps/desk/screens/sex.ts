// Words for sex and age on every list.
import type { Sex } from '@tianmu/api'
import { notRecorded } from '@tianmu/ui'
import { t as common } from '@tianmu/ui/text/index.ts'

export function sexWord(sex: Sex): string {
  return sex === 'M' ? common.common.male : sex === 'F' ? common.common.female : common.common.sexUnknown
}

export function ageWord(years: number | null): string {
  return years === null ? notRecorded : common.common.years(years)
}
