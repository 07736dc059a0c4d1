// The id card: eighteen digits checked as the standard says, read by keyboard wedge or by a reader's service on this machine.
import { isLoopback } from './sources.ts'

const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2] as const
const checks = '10X98765432'
const answerMs = 4000

export interface Card {
  idNumber: string
  name: string
  sex: 'M' | 'F'
  birthDate: string
}

/** What an id number says of its holder, or null where its check digit or its date is wrong (GB 11643). */
export function readIdNumber(text: string): Omit<Card, 'name'> | null {
  const number = text.trim().toUpperCase()
  if (!/^\d{17}[\dX]$/.test(number)) return null
  const sum = weights.reduce((total, weight, at) => total + weight * Number(number[at]), 0)
  if (checks[sum % 11] !== number[17]) return null
  const birthDate = `${number.slice(6, 10)}-${number.slice(10, 12)}-${number.slice(12, 14)}`
  const date = new Date(`${birthDate}T00:00:00Z`)
  if (Number.isNaN(date.getTime()) || date.toISOString().slice(0, 10) !== birthDate) return null
  return { idNumber: number, birthDate, sex: Number(number[16]) % 2 === 1 ? 'M' : 'F' }
}

const texts = (value: unknown, ...names: string[]): string => {
  if (typeof value !== 'object' || value === null) return ''
  const found = names.map((name) => (value as Record<string, unknown>)[name]).find((one) => typeof one === 'string')
  return typeof found === 'string' ? found.trim() : ''
}

export type CardFault = 'address' | 'no_answer' | 'no_card' | 'wrong_number'

/** What a reader's service answered, as a card; services differ in the names of their fields. */
export function cardOf(answer: unknown): Card | CardFault {
  const text = texts(answer, 'id_number', 'idNumber', 'certNumber', 'IDCardNo')
  if (!text) return 'no_card'
  const said = readIdNumber(text)
  if (!said) return 'wrong_number'
  return { ...said, name: texts(answer, 'name', 'partyName', 'Name') }
}

/** Ask the reader's service for the card that lies on it. */
export async function readCard(address: string): Promise<Card | CardFault> {
  if (!isLoopback(address, ['http:'])) return 'address'
  const stop = new AbortController()
  const timer = setTimeout(() => stop.abort(), answerMs)
  try {
    const answer = await fetch(address, { signal: stop.signal, credentials: 'omit', cache: 'no-store' })
    if (!answer.ok) return answer.status === 404 ? 'no_card' : 'no_answer'
    return cardOf((await answer.json()) as unknown)
  } catch {
    return 'no_answer'
  } finally {
    clearTimeout(timer)
  }
}
