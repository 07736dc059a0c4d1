// What a line of money is called (the ticket or breach it came from, else its fact), and whether it is claimed of B.
import type { ContractLine } from '@tianmu/api'
import { language } from '@tianmu/ui'
import { t } from '../../text/contract.ts'

export function lineName(one: Pick<ContractLine, 'link' | 'title' | 'rule'>): string {
  if (one.link) return one.link.title
  return language() === 'en' ? (t.rules[one.rule] ?? one.rule) : one.title
}

const notClaimed = ['C-7.3', 'C-3.3', 'C-5.4.4-2c']

/** What costs B nothing, late payments of A and work outside the price are not heard and decided. */
export function isClaim(one: Pick<ContractLine, 'assessed' | 'rule'>): boolean {
  return Number(one.assessed) > 0 && !notClaimed.includes(one.rule)
}
