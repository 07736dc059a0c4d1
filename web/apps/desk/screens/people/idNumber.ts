// The 18-digit citizen number (GB 11643): length, characters, birth date and the MOD 11-2 check digit.
const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2] as const
const checkCharacters = '10X98765432'

export type IdFault = 'length' | 'charset' | 'birth_date' | 'check_digit'

export interface IdFacts {
  birthDate: string
  sex: 'M' | 'F'
}

/** Full-width digits and letters become plain ones; spaces go. */
export function cleanIdNumber(text: string): string {
  const plain = text.replace(/[\uff10-\uff19\uff21-\uff3a\uff41-\uff5a]/g, (char) =>
    String.fromCharCode(char.charCodeAt(0) - 0xfee0),
  )
  return plain.replace(/\s+/g, '').toUpperCase()
}

function isDate(text: string): boolean {
  const date = new Date(`${text}T00:00:00Z`)
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text)
}

/** Facts told by the number, or the first fault found. */
export function readIdNumber(text: string): IdFacts | IdFault {
  const id = cleanIdNumber(text)
  if (id.length !== 18) return 'length'
  if (!/^\d{17}[\dX]$/.test(id)) return 'charset'
  const birthDate = `${id.slice(6, 10)}-${id.slice(10, 12)}-${id.slice(12, 14)}`
  if (!isDate(birthDate)) return 'birth_date'
  const sum = weights.reduce((total, weight, place) => total + weight * Number(id[place]), 0)
  if (checkCharacters[sum % 11] !== id[17]) return 'check_digit'
  return { birthDate, sex: Number(id[16]) % 2 === 1 ? 'M' : 'F' }
}
