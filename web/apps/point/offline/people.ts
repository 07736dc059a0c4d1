// People examined here before, sealed on this machine, so that they are found while the network is away.
import type { Resident } from '@tianmu/api'
import { readMemo, writeMemo } from './vault.ts'

const memoName = 'people'
const MOST = 300

/** A person as the list shows her; one written down without the server has no id yet. */
export type Chosen = Resident & { written?: { idNumber: string; phone: string; birthDate: string } }

interface Note {
  institutionId: string
  people: Resident[]
}

async function note(institutionId: string): Promise<Resident[]> {
  const found = (await readMemo(memoName)) as Note | null
  return found?.institutionId === institutionId ? found.people : []
}

/** Keep who was chosen, the newest first. */
export async function rememberPerson(institutionId: string, person: Resident): Promise<void> {
  if (!person.id) return
  const others = (await note(institutionId)).filter((one) => one.id !== person.id)
  await writeMemo(memoName, { institutionId, people: [person, ...others].slice(0, MOST) } satisfies Note)
}

/** Those whose name, masked number or phone holds the text. */
export async function searchKept(institutionId: string, text: string): Promise<Resident[]> {
  const wanted = text.replace(/\s+/g, '')
  const people = await note(institutionId)
  const tail = wanted.slice(-4).toUpperCase()
  return people.filter(
    ({ name, id_number_masked, phone_masked }) =>
      name.replace(/\s+/g, '').includes(wanted) ||
      (/^\d{3,17}[\dX]$/i.test(wanted) &&
        [id_number_masked, phone_masked].some((masked) => masked.toUpperCase().endsWith(tail))),
  )
}

/** Somebody written down here: the server finds or registers her when the examination arrives. */
export function writtenPerson(said: {
  name: string
  sex: Resident['sex']
  birthDate: string
  idNumber: string
  phone: string
}): Chosen {
  const { name, sex, birthDate, idNumber, phone } = said
  const now = new Date()
  const born = birthDate ? new Date(`${birthDate}T00:00:00+08:00`) : null
  const years = born
    ? now.getFullYear() -
      born.getFullYear() -
      (now < new Date(now.getFullYear(), born.getMonth(), born.getDate()) ? 1 : 0)
    : null
  return {
    id: '',
    name,
    sex,
    kind: idNumber ? 'resident' : 'temporary',
    birth_date: birthDate || null,
    age_years: years,
    id_number_masked: idNumber ? `${idNumber.slice(0, 6)}********${idNumber.slice(-4)}` : '',
    phone_masked: phone ? `${phone.slice(0, 3)}****${phone.slice(-4)}` : '',
    town: null,
    village: '',
    closed_as: '',
    deceased: false,
    written: { idNumber, phone, birthDate },
  }
}
