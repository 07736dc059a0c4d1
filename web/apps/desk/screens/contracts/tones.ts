// Which colour a state of a duty has; the word beside it says the same.
import type { TagStatus } from '@tianmu/ui/components/TmTag.vue'

const tones: Record<string, TagStatus> = {
  overdue: 'late',
  due_soon: 'todo',
  done: 'done',
  done_late: 'note',
  ahead: 'plain',
}

export const toneOfDuty = (state: string): TagStatus => tones[state] ?? 'plain'
