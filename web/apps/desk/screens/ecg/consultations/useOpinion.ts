// The expert's opinion that is written over the one that stands on the server.
import { computed } from 'vue'
import type { ApiProblem } from '@tianmu/api'
import {
  saveOpinion,
  type ConsultationDetail,
  type Opinion,
  type OpinionDraft,
} from '@tianmu/api/queries/consultations.ts'
import { useServerDraft } from '../useServerDraft.ts'

const emptyOpinion = (): OpinionDraft => ({ text: '', conclusion: [], advice: '', stance: '' })

function draftOf(opinion: Pick<Opinion, keyof OpinionDraft> | null): OpinionDraft {
  if (!opinion) return emptyOpinion()
  const { text, conclusion, advice, stance } = opinion
  return { text, conclusion: conclusion.map((line) => ({ ...line })), advice, stance }
}

/** The opinion of the one who looks. */
function ownOf(found: ConsultationDetail): Opinion | null {
  const mine = found.experts.find((one) => one.mine)
  return (mine && found.opinions[mine.id]) ?? null
}

function isOpinion(value: unknown): value is OpinionDraft {
  return typeof value === 'object' && value !== null && 'text' in value && 'conclusion' in value && 'stance' in value
}

function theirsOf(problem: ApiProblem) {
  const current = problem.status === 412 ? problem.extra['current'] : null
  if (!hasContent(current)) return null
  const draft = draftOf(current.content)
  return { draft, revision: current.version, shown: draft }
}

export function useOpinion(id: string, detail: () => ConsultationDetail | undefined, writable: () => boolean) {
  const writing = useServerDraft<OpinionDraft, OpinionDraft>({
    name: `ecg-opinion:${id}`,
    empty: emptyOpinion,
    copy: draftOf,
    isDraft: isOpinion,
    writable,
    stored: () => {
      const found = detail()
      const own = found && ownOf(found)
      return found && { draft: draftOf(own ?? null), revision: own?.revision }
    },
    send: async (draft, revision) => ownOf(await saveOpinion(id, draft, revision))?.revision,
    theirs: theirsOf,
  })
  return { ...writing, theirs: computed(() => writing.other.value?.shown ?? null) }
}

function hasContent(value: unknown): value is { version: number; content: OpinionDraft } {
  return typeof value === 'object' && value !== null && 'content' in value && isOpinion(value.content)
}
