// One act of the desk: runs it, reads everything of the desk again, tells the outcome.
import { asProblem } from '@tianmu/api'
import { useTicketAct } from '@tianmu/api/queries/service.ts'
import { meaningOf, toast } from '@tianmu/ui'
import { t } from '../../text/ticket.ts'

export function useDeskAct() {
  const act = useTicketAct()

  /** Run `step`; true when it succeeded. The notice says `told`, or that it is done. */
  async function run(step: () => Promise<unknown>, told: string = t.common.done): Promise<boolean> {
    try {
      await act.mutateAsync(step)
      if (told) toast(told)
      return true
    } catch (error) {
      toast(meaningOf(asProblem(error)), 'error')
      return false
    }
  }
  return { busy: act.isPending, run }
}
