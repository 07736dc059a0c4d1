// The report that is written over the one that stands on the server.
import { computed } from 'vue'
import type { ApiProblem, OrderDetail, Report, ReportDraft } from '@tianmu/api'
import { useReportSaving } from '@tianmu/api/queries/ecg.ts'
import { draftOf, emptyDraft, isReportDraft } from './report.ts'
import { useServerDraft } from './useServerDraft.ts'

interface Reading {
  order: () => OrderDetail | undefined
  writable: () => boolean
  /** The server would not take the text: the order is to be read again. */
  refused: () => void
}

const storedOf = (report: Report | null) => ({ draft: draftOf(report), revision: report?.revision })

function theirsOf(problem: ApiProblem) {
  const theirs = problem.status === 412 ? problem.extra['current'] : null
  return isReport(theirs) ? { ...storedOf(theirs), shown: theirs } : null
}

export function useReportDraft(orderId: string, { order, writable, refused }: Reading) {
  const save = useReportSaving()
  const writing = useServerDraft<ReportDraft, Report>({
    name: `ecg-report:${orderId}`,
    empty: emptyDraft,
    copy: (draft) => draftOf(draft as Report),
    isDraft: isReportDraft,
    writable,
    stored: () => {
      const found = order()
      return found && storedOf(found.report)
    },
    isComplete: (draft) => draft.conclusion_class !== null,
    send: async (draft, revision) => (await save(orderId, draft, revision)).revision,
    theirs: theirsOf,
    refused,
  })
  const conflict = computed(() => writing.other.value?.shown ?? null)
  return { ...writing, conflict, take: (report: Report | null) => writing.take(storedOf(report)) }
}

function isReport(value: unknown): value is Report {
  return isReportDraft(value) && 'revision' in value && typeof value.revision === 'number'
}
