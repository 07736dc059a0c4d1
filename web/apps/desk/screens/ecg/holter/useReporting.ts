// Report, signature and their questions, for the report page and the dialogs of the station.
import { inject, provide, type ComputedRef, type InjectionKey, type Ref } from 'vue'
import type { ReportTemplate, StatementEntry } from '@tianmu/api'
import type { useReading } from '../useReading.ts'
import type { useReportDraft } from '../useReportDraft.ts'
import type { useSigning } from '../useSigning.ts'

export interface Reporting {
  reading: ReturnType<typeof useReading>
  report: ReturnType<typeof useReportDraft>
  signing: ReturnType<typeof useSigning>
  /** Whether the examination is being given to a colleague. */
  handing: Ref<boolean>
  library: () => readonly StatementEntry[]
  templates: () => readonly ReportTemplate[]
  pdfUrl: ComputedRef<string>
}

const key: InjectionKey<Reporting> = Symbol('holter report')

export const provideReporting = (reporting: Reporting) => provide(key, reporting)

export function useReporting(): Reporting {
  const reporting = inject(key)
  if (!reporting) throw new Error('the report page stands outside the station')
  return reporting
}
