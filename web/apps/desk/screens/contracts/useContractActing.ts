// Runs one act of the contract page and says how it went.
import { asProblem } from '@tianmu/api'
import { useContractAct } from '@tianmu/api/queries/contracts.ts'
import { meaningOf, toast } from '@tianmu/ui'
import { t } from '../../text/contract.ts'

export function useContractActing() {
  const act = useContractAct()

  /** True when it was done. */
  async function run(step: () => Promise<unknown>): Promise<boolean> {
    try {
      await act.mutateAsync(step)
      toast(t.done)
      return true
    } catch (error) {
      toast(meaningOf(asProblem(error)), 'error')
      return false
    }
  }
  return { run, busy: act.isPending }
}
