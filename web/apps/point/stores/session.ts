// Who is signed in, and the steps of entering and leaving. Without a network the station goes on for the one who was here last.
import { defineStore } from 'pinia'
import { shallowRef, watch } from 'vue'
import { ApiProblem, liveStatus, startLive, stopLive, type Me } from '@tianmu/api'
import { readMe, savePreferences, signOut } from '@tianmu/api/queries/access.ts'
import { setLanguage, type Language } from '@tianmu/ui'
import { dropMemo, readMemo, writeMemo } from '../offline/vault.ts'

const memoName = 'me'
const gone = new Set([0, 502, 503, 504])

export const useSession = defineStore('session', () => {
  const me = shallowRef<Me | null>(null)
  const known = shallowRef(false)
  /** Nobody has confirmed the session since the network went. */
  const alone = shallowRef(false)

  async function take(account: Me) {
    me.value = account
    known.value = true
    await setLanguage(account.locale === 'en' ? 'en' : 'zh-CN')
    if (!account.must_change_password) startLive()
  }

  async function enter(account: Me) {
    await take(account)
    alone.value = false
    if (!account.must_change_password) await writeMemo(memoName, account).catch(() => undefined)
  }

  /** Read again who is here, after a change of password or second factor, or when the network is back. */
  async function refresh() {
    await enter(await readMe())
  }

  async function enterAlone(): Promise<boolean> {
    const kept = (await readMemo(memoName).catch(() => null)) as Me | null
    if (!kept) return false
    alone.value = true
    await take(kept)
    return true
  }

  /** Ask the server once who is here; null when nobody is signed in. */
  async function ensure(): Promise<Me | null> {
    if (known.value) return me.value
    try {
      await enter(await readMe())
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error
      if (gone.has(error.status)) {
        if (!(await enterAlone())) throw error
      } else if (error.status === 401) {
        known.value = true
        await dropMemo(memoName).catch(() => undefined)
      } else throw error
    }
    return me.value
  }

  async function leave() {
    stopLive()
    await dropMemo(memoName).catch(() => undefined)
    await signOut().catch(() => undefined)
    me.value = null
  }

  async function speak(language: Language) {
    await setLanguage(language)
    if (me.value) me.value = await savePreferences({ locale: language })
  }

  watch(liveStatus, (status) => {
    if (status === 'open' && alone.value) void refresh().catch(() => undefined)
  })

  const can = (right: string) => Boolean(me.value?.rights[right]?.length)
  return { me, known, alone, enter, refresh, ensure, leave, speak, can }
})
