// The terms of a contract as a form: which members may be changed, reading and writing them by path, the sum of prices.
import { t } from '../../text/terms.ts'

export type Terms = Record<string, unknown>
type Path = readonly (string | number)[]
export type Kind = 'money' | 'share' | 'whole'

export interface TermField {
  path: Path
  name: string
  kind: Kind
}
export interface TermGroup {
  title: string
  fields: TermField[]
}
export interface PricedItem {
  key: string
  section: number
  name: string
  yuan: string
}
export interface Change {
  name: string
  old: string
  now: string
}

export function readAt(terms: unknown, path: Path): unknown {
  return path.reduce<unknown>((value, step) => (value as Record<string | number, unknown> | undefined)?.[step], terms)
}

/** Write into the terms at hand; what a form field holds is text, whole numbers are kept as numbers. */
export function writeAt(terms: Terms, field: TermField, text: string): void {
  const last = field.path.at(-1)
  const holder = readAt(terms, field.path.slice(0, -1)) as Record<string | number, unknown> | undefined
  if (!holder || last === undefined) return
  const typed = text.trim()
  if (typed === '' && field.path.at(-1) === 'overdue_points') delete holder[last]
  else holder[last] = field.kind === 'whole' && /^\d+$/u.test(typed) ? Number(typed) : typed
}

export function pricesOf(terms: Terms): PricedItem[] {
  return (terms['prices'] ?? []) as PricedItem[]
}

/** Yuan as text in fen; null when it is no amount. */
export function fenOf(yuan: string): number | null {
  return /^\d{1,12}(\.\d{1,2})?$/u.test(yuan.trim()) ? Math.round(Number(yuan) * 100) : null
}

/** By how many fen the items differ from the total; null while an amount cannot be read. */
export function difference(terms: Terms): number | null {
  const amounts = pricesOf(terms).map((one) => fenOf(one.yuan))
  const total = fenOf(String(terms['total'] ?? ''))
  if (total === null || amounts.includes(null)) return null
  return amounts.reduce<number>((sum, one) => sum + (one ?? 0), 0) - total
}

type FieldWord = keyof typeof t.fields
type PlainField = readonly [FieldWord, Kind, ...(string | number)[]]

const plain = {
  whole: [
    ['total', 'money', 'total'],
    ['tax_rate', 'share', 'tax_rate'],
  ],
  demands: [
    ['feedback_fine', 'money', 'demands', 'feedback_fine'],
    ['ordinary_hours', 'whole', 'demands', 'feedback_hours', 'ordinary'],
    ['complex_hours', 'whole', 'demands', 'feedback_hours', 'complex'],
    ['node_fine', 'money', 'demands', 'node_fine'],
    ['impact_fine', 'money', 'demands', 'impact_fine'],
    ['bureau', 'share', 'demands', 'complaint_factors', 'bureau'],
    ['city', 'share', 'demands', 'complaint_factors', 'city'],
  ],
  attendance: [
    ['left_unrecorded', 'money', 'attendance', 'left_unrecorded'],
    ['late', 'money', 'attendance', 'late'],
    ['holiday_least', 'money', 'attendance', 'holiday_no_reply', 'least'],
    ['holiday_most', 'money', 'attendance', 'holiday_no_reply', 'most'],
    ['criticism_from', 'whole', 'attendance', 'criticism_from'],
  ],
  caps: [
    ['annual_cap_share', 'share', 'annual_cap_share'],
    ['delay_day', 'share', 'service_delay', 'day_share'],
    ['delay_cap', 'share', 'service_delay', 'cap_share'],
    ['penalty_day', 'share', 'late_payment', 'penalty_day'],
    ['interest_day', 'share', 'late_payment', 'interest_day'],
    ['late_cap', 'share', 'late_payment', 'cap_share'],
    ['notice_days', 'whole', 'force_majeure', 'notice_days'],
    ['proof_workdays', 'whole', 'force_majeure', 'proof_workdays'],
    ['renewal_days', 'whole', 'renewal', 'notice_days'],
  ],
} satisfies Record<string, readonly PlainField[]>

const rows = (terms: Terms, ...path: string[]) => (readAt(terms, path) ?? []) as Record<string, unknown>[]
const fieldsOf = (given: readonly PlainField[]): TermField[] =>
  given.map(([word, kind, ...path]) => ({ name: t.fields[word], kind, path }))

function instalmentFields(terms: Terms): TermField[] {
  return rows(terms, 'instalments').flatMap((one, at) => {
    const name = t.instalment(Number(one['number']))
    return [
      { name: `${name} ${t.fields.share}`, kind: 'share', path: ['instalments', at, 'share'] },
      { name: `${name} ${t.fields.days}`, kind: 'whole', path: ['instalments', at, 'days'] },
    ]
  })
}

const ofGrade = [
  ['share', 'share'],
  ['limit_hours', 'whole'],
  ['overdue_factor', 'share'],
  ['overdue_points', 'share'],
] as const

function incidentFields(terms: Terms): TermField[] {
  const grades = rows(terms, 'incidents', 'grades').flatMap((one, at) =>
    ofGrade
      .filter(([key]) => key in one || key !== 'overdue_points')
      .map(([key, kind]): TermField => ({
        name: `${t.grade(Number(one['grade']))} ${t.fields[key]}`,
        kind,
        path: ['incidents', 'grades', at, key],
      })),
  )
  return [{ name: t.fields.repeat_step, kind: 'share', path: ['incidents', 'repeat_step'] }, ...grades]
}

export function groupsOf(terms: Terms): TermGroup[] {
  return [
    { title: t.groups.whole, fields: fieldsOf(plain.whole) },
    { title: t.groups.instalments, fields: instalmentFields(terms) },
    { title: t.groups.incidents, fields: incidentFields(terms) },
    { title: t.groups.demands, fields: fieldsOf(plain.demands) },
    { title: t.groups.attendance, fields: fieldsOf(plain.attendance) },
    { title: t.groups.caps, fields: fieldsOf(plain.caps) },
  ]
}

/** What differs between two documents of terms, by the names on screen. */
export function changesBetween(old: Terms, now: Terms): Change[] {
  const text = (value: unknown) => (value === undefined || value === '' ? t.nothing : String(value))
  const figures = groupsOf(old).flatMap((group) =>
    group.fields.map((one) => ({ name: one.name, old: text(readAt(old, one.path)), now: text(readAt(now, one.path)) })),
  )
  const keys = [...new Set([...pricesOf(old), ...pricesOf(now)].map((one) => one.key))]
  const said = (one: PricedItem | undefined) => (one ? `${one.name} ${one.yuan}` : t.nothing)
  const priced = keys.map((key) => {
    const before = pricesOf(old).find((one) => one.key === key)
    const after = pricesOf(now).find((one) => one.key === key)
    return { name: before?.name ?? after?.name ?? key, old: said(before), now: said(after) }
  })
  return [...figures, ...priced].filter((one) => one.old !== one.now)
}
