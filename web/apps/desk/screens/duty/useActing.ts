// Runs one act of the duty room and says how it went.
import { asProblem } from '@tianmu/api'
import { useDutyAct } from '@tianmu/api/queries/duty.ts'
import { meaningOf, toast } from '@tianmu/ui'

export function useActing() {
  const act = useDutyAct()

  /** True when it was done. */
  async function run(step: () => Promise<unknown>, said: string): Promise<boolean> {
    try {
      await act.mutateAsync(step)
      toast(said)
      return true
    } catch (error) {
      toast(meaningOf(asProblem(error)), 'error')
      return false
    }
  }
  return { run, busy: act.isPending }
}
