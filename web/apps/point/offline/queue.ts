// The queue of examinations as it lies in the browser: each sealed, with what the list must know beside it.
import type { ItemState } from './rules.ts'
import { answerOf, inStores, seal, sealJson, unseal, unsealJson, type Sealed } from './vault.ts'
import { sha256 } from './multipart.ts'
import type { Urgency } from '@tianmu/api'

/** A person as the station wrote her down; `id` when she was chosen from the register. */
export interface WrittenPerson {
  id: string
  name: string
  sex: string
  birthDate: string
  idNumber: string
  phone: string
}

export interface Sending {
  institutionId: string
  institutionName: string
  author: string
  person: WrittenPerson | null
  orderId: string
  urgency: Urgency
  department: string
  requestedBy: string
  clinicalNote: string
  closedReason: string
  acquiredAt: string
  grade: string
  reversals: string[]
  qualityReason: string
  files: Array<{ name: string; size: number }>
}

export interface Refusal {
  status: number
  code: string
  title: string
  detail: string
  traceId: string
}

export interface Receipt {
  orderId: string
  number: string
  duplicate: boolean
}

/** What the list shows of one examination. */
export interface Item {
  id: string
  createdAtMs: number
  state: ItemState
  tries: number
  nextAtMs: number
  sentAtMs: number
  revision: number
  sizeBytes: number
  sha256: string
  sending: Sending
  refusal: Refusal | null
  receipt: Receipt | null
  /** Why it was taken out. */
  droppedWhy: string
}

type Kept = Omit<Item, 'sending' | 'refusal' | 'receipt' | 'droppedWhy'> & { sealed: Sealed }
type Told = Pick<Item, 'sending' | 'refusal' | 'receipt' | 'droppedWhy'>

const placeOf = (id: string) => `item:${id}`
const bodyPlace = (id: string) => `body:${id}`

async function kept(item: Item): Promise<Kept> {
  const { sending, refusal, receipt, droppedWhy, ...open } = item
  return { ...open, sealed: await sealJson({ sending, refusal, receipt, droppedWhy } satisfies Told, placeOf(item.id)) }
}

async function told(row: Kept): Promise<Item> {
  const { sealed, ...open } = row
  return { ...open, ...((await unsealJson(sealed, placeOf(row.id))) as Told) }
}

function joined(files: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(files.reduce((sum, file) => sum + file.length, 0))
  let at = 0
  for (const file of files) {
    all.set(file, at)
    at += file.length
  }
  return all
}

/** Put an examination into the queue; it is on the disk when this resolves. */
export async function put(id: string, sending: Sending, files: readonly Uint8Array[], nowMs: number): Promise<Item> {
  const bytes = joined(files)
  const item: Item = {
    id,
    createdAtMs: nowMs,
    state: 'waiting',
    tries: 0,
    nextAtMs: nowMs,
    sentAtMs: 0,
    revision: 0,
    sizeBytes: bytes.length,
    sha256: await sha256(bytes),
    sending,
    refusal: null,
    receipt: null,
    droppedWhy: '',
  }
  const row = await kept(item)
  const body = { id, sealed: await seal(bytes, bodyPlace(id)) }
  await inStores(['items', 'bodies'], 'readwrite', ({ items, bodies }) => {
    items?.add(row)
    bodies?.add(body)
  })
  return item
}

/** Every examination, oldest first; one that cannot be opened any more is left out and counted. */
export async function all(): Promise<{ items: Item[]; unreadable: number }> {
  const rows = await inStores(['items'], 'readonly', ({ items }) =>
    items ? answerOf(items.getAll() as IDBRequest<Kept[]>) : [],
  )
  const found = await Promise.all(rows.map((row) => told(row).catch(() => null)))
  const items = found.filter((item) => item !== null)
  items.sort((one, other) => one.createdAtMs - other.createdAtMs || (one.id < other.id ? -1 : 1))
  return { items, unreadable: rows.length - items.length }
}

/** The files of an examination, checked against the hash that was written down with them. */
export async function filesOf(item: Item): Promise<Array<Uint8Array<ArrayBuffer>>> {
  const row = await inStores(['bodies'], 'readonly', ({ bodies }) =>
    bodies ? answerOf(bodies.get(item.id) as IDBRequest<{ sealed: Sealed } | undefined>) : undefined,
  )
  if (!row) throw new Error('The bytes of this examination are gone')
  const bytes = await unseal(row.sealed, bodyPlace(item.id))
  if ((await sha256(bytes)) !== item.sha256) throw new Error('The bytes of this examination were altered')
  let at = 0
  return item.sending.files.map(({ size }) => bytes.slice(at, (at += size)))
}

/** Write down what became of it; the bytes go once the server has them. */
export async function save(item: Item): Promise<void> {
  const row = await kept(item)
  await inStores(['items', 'bodies'], 'readwrite', ({ items, bodies }) => {
    items?.put(row)
    if (item.state === 'sent' || item.state === 'dropped') bodies?.delete(item.id)
  })
}

/** Take it out for good. */
export async function remove(id: string): Promise<void> {
  await inStores(['items', 'bodies'], 'readwrite', ({ items, bodies }) => {
    items?.delete(id)
    bodies?.delete(id)
  })
}
