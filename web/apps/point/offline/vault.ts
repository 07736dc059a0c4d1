// What the station keeps in the browser: sealed with a key that never leaves the browser's key store.
// Needs a secure page (https or this machine itself); without one the station says so and keeps nothing.
const databaseName = 'tianmu-point'
const version = 1
const keyName = 'station'

export type StoreName = 'keys' | 'items' | 'bodies' | 'memos'

export interface Sealed {
  iv: Uint8Array<ArrayBuffer>
  bytes: ArrayBuffer
}

let opened: Promise<IDBDatabase> | null = null
let key: CryptoKey | null = null

/** Whether this browser can keep an examination safely. */
export const canKeep = (): boolean => typeof indexedDB !== 'undefined' && Boolean(globalThis.crypto?.subtle)

export function answerOf<T>(wanted: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    wanted.onsuccess = () => resolve(wanted.result)
    wanted.onerror = () => reject(wanted.error ?? new Error('IndexedDB refused'))
  })
}

function database(): Promise<IDBDatabase> {
  opened ??= new Promise((resolve, reject) => {
    const opening = indexedDB.open(databaseName, version)
    opening.onupgradeneeded = () => {
      opening.result.createObjectStore('keys')
      opening.result.createObjectStore('items', { keyPath: 'id' })
      opening.result.createObjectStore('bodies', { keyPath: 'id' })
      opening.result.createObjectStore('memos')
    }
    opening.onsuccess = () => resolve(opening.result)
    opening.onerror = () => reject(opening.error ?? new Error('IndexedDB refused'))
  })
  return opened
}

/** Work in one transaction; resolves when the browser has written it to disk. */
export async function inStores<T>(
  names: StoreName[],
  mode: 'readonly' | 'readwrite',
  work: (stores: Record<string, IDBObjectStore>) => Promise<T> | T,
): Promise<T> {
  const transaction = (await database()).transaction(names, mode, { durability: 'strict' })
  const done = new Promise<void>((resolve, reject) => {
    transaction.oncomplete = () => resolve()
    transaction.onabort = () => reject(transaction.error ?? new Error('IndexedDB gave up'))
  })
  const result = await work(Object.fromEntries(names.map((name) => [name, transaction.objectStore(name)])))
  await done
  return result
}

async function stationKey(): Promise<CryptoKey> {
  if (key) return key
  const found: unknown = await inStores(['keys'], 'readonly', ({ keys }) => keys && answerOf(keys.get(keyName)))
  if (found instanceof CryptoKey) return (key = found)
  const made = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt'])
  // Another tab may have been quicker: the first key that was stored stays.
  const kept: unknown = await inStores(['keys'], 'readwrite', async ({ keys }) => {
    if (!keys) return made
    const first: unknown = await answerOf(keys.get(keyName))
    if (first instanceof CryptoKey) return first
    keys.put(made, keyName)
    return made
  })
  return (key = kept instanceof CryptoKey ? kept : made)
}

const bound = (name: string) => new TextEncoder().encode(name)

/** Seal bytes for one place; opened for another place they are refused. */
export async function seal(bytes: Uint8Array<ArrayBuffer>, place: string): Promise<Sealed> {
  const iv = crypto.getRandomValues(new Uint8Array(12))
  const how = { name: 'AES-GCM', iv, additionalData: bound(place) }
  return { iv, bytes: await crypto.subtle.encrypt(how, await stationKey(), bytes) }
}

export async function unseal(sealed: Sealed, place: string): Promise<Uint8Array<ArrayBuffer>> {
  const how = { name: 'AES-GCM', iv: sealed.iv, additionalData: bound(place) }
  return new Uint8Array(await crypto.subtle.decrypt(how, await stationKey(), sealed.bytes))
}

export const sealJson = (value: unknown, place: string): Promise<Sealed> =>
  seal(new TextEncoder().encode(JSON.stringify(value)), place)

export async function unsealJson(sealed: Sealed, place: string): Promise<unknown> {
  return JSON.parse(new TextDecoder().decode(await unseal(sealed, place)))
}

/** A small sealed note under a name, such as who is signed in here. */
export async function writeMemo(name: string, value: unknown): Promise<void> {
  if (!canKeep()) return
  const sealed = await sealJson(value, `memo:${name}`)
  await inStores(['memos'], 'readwrite', ({ memos }) => void memos?.put(sealed, name))
}

/** The note, or null where there is none that can be read. */
export async function readMemo(name: string): Promise<unknown> {
  if (!canKeep()) return null
  const sealed = await inStores(
    ['memos'],
    'readonly',
    ({ memos }) => memos && answerOf(memos.get(name) as IDBRequest<Sealed | undefined>),
  )
  if (!sealed) return null
  return unsealJson(sealed, `memo:${name}`).catch(() => null)
}

export async function dropMemo(name: string): Promise<void> {
  if (!canKeep()) return
  await inStores(['memos'], 'readwrite', ({ memos }) => void memos?.delete(name))
}

/** For tests: forget the open database and key, as a new page would. */
export async function reopened(): Promise<void> {
  const open = await opened?.catch(() => null)
  open?.close()
  opened = null
  key = null
}
