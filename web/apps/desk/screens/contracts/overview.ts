// Fines of a contract year by month of the breach.
import type { ContractLine } from '@tianmu/api'
import { monthAfter } from './days.ts'

export interface MonthSum {
  month: string
  count: number
  fen: number
}

/** Every month from the first day to the last, those without a breach too; amounts in fen, so that they add up. */
export function monthsOf(
  lines: readonly Pick<ContractLine, 'at' | 'payable'>[],
  first: string,
  last: string,
): MonthSum[] {
  const months: MonthSum[] = []
  for (let month = first.slice(0, 7); month <= last.slice(0, 7); month = monthAfter(month, 1))
    months.push({ month, count: 0, fen: 0 })
  for (const line of lines) {
    const fen = Math.round(Number(line.payable ?? 0) * 100)
    const sum = months.find((one) => line.at !== null && one.month === monthOf(line.at))
    if (!sum || fen === 0) continue
    sum.count += 1
    sum.fen += fen
  }
  return months
}

// An instant's month in the business zone, which is eight hours ahead all year.
const monthOf = (at: string) => new Date(Date.parse(at) + 8 * 3_600_000).toISOString().slice(0, 7)
