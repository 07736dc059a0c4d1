// The queue of this station: what waits, what went, what needs somebody; it sends by itself whenever it can.
import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import { liveStatus, sessionGate, uuidv7 } from '@tianmu/api'
import { all, put, remove, save, type Item, type Sending } from '../offline/queue.ts'
import { dueItems, KEPT_SENT_MS, MOST_UNSENT, roomLeft, WARN_UNSENT, type Room } from '../offline/rules.ts'
import { postItem, sendItem } from '../offline/sender.ts'
import { canKeep } from '../offline/vault.ts'
import { useSession } from './session.ts'

const lookEveryMs = 5000
const lockName = 'tianmu-point-queue'
const usualBytes = 2_000_000

export class QueueFull extends Error {}

async function room(): Promise<Room | null> {
  const estimate = await globalThis.navigator?.storage?.estimate?.().catch(() => null)
  return estimate ? { usedBytes: estimate.usage ?? 0, quotaBytes: estimate.quota ?? 0 } : null
}

/** Only one tab of the browser sends; without locks this tab is the only one. */
async function alone(work: () => Promise<void>, otherwise: () => Promise<void>): Promise<void> {
  const locks = globalThis.navigator?.locks
  if (!locks) return work()
  await locks.request(lockName, { ifAvailable: true }, (lock) => (lock ? work() : otherwise()))
}

const finished = (item: Item) => item.state === 'sent' || item.state === 'dropped'

/** The items as the browser keeps them, and how much room they leave. */
function useKept() {
  const items = shallowRef<Item[]>([])
  const unreadable = shallowRef(0)
  const storage = shallowRef<Room | null>(null)

  function show(item: Item) {
    const others = items.value.filter((one) => one.id !== item.id)
    items.value = [...others, item].sort((one, other) => one.createdAtMs - other.createdAtMs)
  }

  async function load() {
    if (!canKeep()) return
    const found = await all()
    items.value = found.items
    unreadable.value = found.unreadable
    storage.value = await room()
  }

  /** Lines of what was finished a week ago go. */
  async function sweep() {
    const old = items.value.filter((item) => finished(item) && Date.now() - item.sentAtMs > KEPT_SENT_MS)
    for (const item of old) await remove(item.id)
    if (old.length > 0) await load()
    storage.value = await room()
  }

  return { items, unreadable, storage, show, load, sweep }
}

export const useQueue = defineStore('queue', () => {
  const session = useSession()
  const { items, unreadable, storage, show, load, sweep } = useKept()
  const reachable = shallowRef(true)
  const running = shallowRef(false)
  let timer: ReturnType<typeof setInterval> | undefined

  const mine = (item: Item) => item.sending.institutionId === session.me?.home.id
  const unsent = computed(() => items.value.filter((item) => !finished(item)))
  const failed = computed(() => items.value.filter((item) => item.state === 'failed'))
  const left = computed(() => (unsent.value.length >= WARN_UNSENT ? 'little' : roomLeft(storage.value, usualBytes)))

  /** Keep an examination; it is safe on this machine when this resolves. */
  async function add(sending: Sending, files: readonly Uint8Array[]): Promise<string> {
    const size = files.reduce((sum, file) => sum + file.length, 0)
    storage.value = await room()
    if (unsent.value.length >= MOST_UNSENT || roomLeft(storage.value, size) === 'none') throw new QueueFull()
    const item = await put(uuidv7(), sending, files, Date.now())
    show(item)
    return item.id
  }

  async function sendDue(everything: boolean) {
    await load()
    // Nobody else sends now: what an ended page left in the middle goes again, under the same key.
    items.value = items.value.map((item) => (item.state === 'sending' ? { ...item, state: 'waiting' as const } : item))
    for (const due of dueItems(items.value.filter(mine), Date.now(), everything)) {
      show({ ...due, state: 'sending' })
      const { item, outcome } = await sendItem(due, postItem, Date.now)
      show(item)
      reachable.value = outcome !== 'later' || item.refusal?.status !== 0
      if (outcome === 'sign_in') sessionGate.need = item.refusal?.status === 423 ? 'unlock' : 'again'
      if (outcome === 'later' || outcome === 'sign_in') break
    }
    await sweep()
  }

  /** Send what is due; `everything` also what waits for its time. */
  async function run(everything = false) {
    if (running.value || !canKeep() || !session.me || sessionGate.need) return
    running.value = true
    await alone(() => sendDue(everything), load).finally(() => (running.value = false))
  }

  /** Send one again, corrected or as it is; what was changed is another request and gets another key. */
  async function retry(id: string, change: Partial<Sending> = {}) {
    const item = items.value.find((one) => one.id === id)
    if (!item || finished(item)) return
    const revision = item.revision + (Object.keys(change).length > 0 ? 1 : 0)
    const again: Item = { ...item, state: 'waiting', nextAtMs: 0, revision, sending: { ...item.sending, ...change } }
    await save(again)
    show(again)
    await run(true)
  }

  /** Take one out with a reason: its bytes go at once, who and why stay readable for a week. */
  async function discard(id: string, reason: string) {
    const item = items.value.find((one) => one.id === id)
    if (!item || finished(item)) return
    const who = session.me?.name ?? ''
    const dropped: Item = { ...item, state: 'dropped', sentAtMs: Date.now(), droppedWhy: `${who}: ${reason}` }
    await save(dropped)
    show(dropped)
  }

  function start() {
    if (timer !== undefined) return
    void navigator.storage?.persist?.().catch(() => false)
    void load().then(() => run(true))
    window.addEventListener('online', () => void run(true))
    timer = setInterval(() => {
      if (unsent.value.length > 0) void run(!reachable.value && liveStatus.value === 'open')
    }, lookEveryMs)
  }

  const facts = { items, unsent, failed, left, storage, unreadable, reachable, running }
  return { ...facts, mine, load, add, run, retry, discard, start }
})
