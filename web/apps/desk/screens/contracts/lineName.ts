// What a line of money is called: the ticket or breach it came from, else the name of its fact.
import type { ContractLine } from '@tianmu/api'
import { language } from '@tianmu/ui'
import { t } from '../../text/contract.ts'

export function lineName(one: Pick<ContractLine, 'link' | 'title' | 'rule'>): string {
  if (one.link) return one.link.title
  return language() === 'en' ? (t.rules[one.rule] ?? one.rule) : one.title
}
