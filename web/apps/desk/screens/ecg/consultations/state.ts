// What the state of a consultation means for the screen.
import type { ConsultationDetail, ConsultationState, Invitation, Opinion } from '@tianmu/api/queries/consultations.ts'
import type { Conclusion } from '@tianmu/api'

export const isGoingOn = (state: ConsultationState) => state === 'open' || state === 'answered'

export function statusOf(state: ConsultationState): 'active' | 'late' | 'done' | 'plain' {
  if (state === 'open') return 'active'
  if (state === 'answered') return 'late'
  return state === 'concluded' ? 'done' : 'plain'
}

/** The experts who are still waited for. */
export const waitedFor = (experts: readonly Invitation[]) =>
  experts.filter((one) => one.state === 'invited' || one.state === 'accepted')

/** The diagnoses of all signed opinions, each once, in the order of the experts. */
export function collected(detail: Pick<ConsultationDetail, 'experts' | 'opinions'>): Conclusion[] {
  const found = new Map<string, Conclusion>()
  for (const expert of detail.experts) {
    const opinion: Opinion | undefined = detail.opinions[expert.id]
    if (opinion?.state !== 'signed') continue
    for (const line of opinion.conclusion) if (!found.has(line.text)) found.set(line.text, line)
  }
  return [...found.values()]
}
