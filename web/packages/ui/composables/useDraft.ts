// Form drafts in IndexedDB, saved every 3 s, encrypted with a key of this session; gone at sign-out.
// Without a secure connection the browser has no encryption: then nothing is stored and the caller is told.
import { onBeforeUnmount, ref, watch, type Ref } from 'vue'

const databaseName = 'tianmu-drafts'
const storeName = 'drafts'
const saveEveryMs = 3000

interface Sealed {
  iv: Uint8Array<ArrayBuffer>
  bytes: ArrayBuffer
  savedAt: number
}

let sessionKey: CryptoKey | null = null

export function draftsAreKept(): boolean {
  return sessionKey !== null && typeof indexedDB !== 'undefined'
}

function request<T>(wanted: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    wanted.onsuccess = () => resolve(wanted.result)
    wanted.onerror = () => reject(wanted.error ?? new Error('IndexedDB refused'))
  })
}

async function store(mode: IDBTransactionMode): Promise<IDBObjectStore> {
  const opening = indexedDB.open(databaseName, 1)
  opening.onupgradeneeded = () => opening.result.createObjectStore(storeName)
  const database = await request(opening)
  return database.transaction(storeName, mode).objectStore(storeName)
}

/** Take up the drafts of this account and browser; the key never leaves the browser's key store. */
export async function openDrafts(accountId: string): Promise<void> {
  if (typeof indexedDB === 'undefined' || !globalThis.crypto?.subtle) return
  const name = `key:${accountId}`
  const found: unknown = await request((await store('readonly')).get(name))
  if (found instanceof CryptoKey) {
    sessionKey = found
    return
  }
  const made = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt'])
  await closeDrafts()
  await request((await store('readwrite')).put(made, name))
  sessionKey = made
}

/** Forget every draft and the key (sign-out, or another user of the same browser). */
export async function closeDrafts(): Promise<void> {
  sessionKey = null
  if (typeof indexedDB === 'undefined') return
  await request((await store('readwrite')).clear())
}

async function seal(value: unknown, key: CryptoKey): Promise<Sealed> {
  const iv = crypto.getRandomValues(new Uint8Array(12))
  const plain = new TextEncoder().encode(JSON.stringify(value))
  return { iv, bytes: await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, key, plain), savedAt: Date.now() }
}

function isSealed(value: unknown): value is Sealed {
  return typeof value === 'object' && value !== null && 'iv' in value && 'bytes' in value && 'savedAt' in value
}

export async function writeDraft(name: string, value: unknown): Promise<number | null> {
  if (!sessionKey) return null
  const sealed = await seal(value, sessionKey)
  await request((await store('readwrite')).put(sealed, name))
  return sealed.savedAt
}

/** The stored draft and when it was saved, or null; an unreadable one counts as none. */
export async function readDraft(name: string): Promise<{ value: unknown; savedAt: number } | null> {
  if (!sessionKey) return null
  const sealed: unknown = await request((await store('readonly')).get(name))
  if (!isSealed(sealed)) return null
  try {
    const plain = await crypto.subtle.decrypt({ name: 'AES-GCM', iv: sealed.iv }, sessionKey, sealed.bytes)
    return { value: JSON.parse(new TextDecoder().decode(plain)), savedAt: sealed.savedAt }
  } catch {
    return null
  }
}

export async function dropDraft(name: string): Promise<void> {
  if (typeof indexedDB === 'undefined') return
  await request((await store('readwrite')).delete(name))
}

/** Keep `source` as the draft `name`: saved 3 s after a change, offered back by `restore`. */
export function useDraft<T>(name: string, source: Ref<T>, isDraft: (value: unknown) => value is T) {
  const savedAt = ref<number | null>(null)
  const restoredFrom = ref<number | null>(null)
  let timer: ReturnType<typeof setTimeout> | undefined

  const save = async () => {
    clearTimeout(timer)
    timer = undefined
    savedAt.value = await writeDraft(name, source.value)
  }
  const stop = watch(
    source,
    () => {
      timer ??= setTimeout(() => void save(), saveEveryMs)
    },
    { deep: true },
  )

  async function restore(): Promise<boolean> {
    const draft = await readDraft(name)
    if (!draft || !isDraft(draft.value)) return false
    source.value = draft.value
    restoredFrom.value = draft.savedAt
    return true
  }
  async function discard(): Promise<void> {
    clearTimeout(timer)
    timer = undefined
    restoredFrom.value = null
    await dropDraft(name)
  }
  onBeforeUnmount(() => {
    stop()
    if (timer !== undefined) void save()
  })
  return { savedAt, restoredFrom, restore, discard, save }
}
