// Who is signed in on this station. Without a network it goes on for the one who was here last.
import { defineStore } from 'pinia'
import { shallowRef, watch } from 'vue'
import { ApiProblem, liveStatus, type Me } from '@tianmu/api'
import { readMe } from '@tianmu/api/queries/access.ts'
import { useSessionCore } from '@tianmu/api/sessionCore.ts'
import { setLanguage } from '@tianmu/ui'
import { dropMemo, readMemo, writeMemo } from '../offline/vault.ts'

const memoName = 'me'
const gone = new Set([0, 502, 503, 504])
const forget = () => dropMemo(memoName).catch(() => undefined)

export const useSession = defineStore('session', () => {
  const core = useSessionCore({ setLanguage, left: forget })
  const { me, known, leave, speak, holds: can } = core
  /** Nobody has confirmed the session since the network went. */
  const alone = shallowRef(false)

  async function enter(account: Me) {
    await core.enter(account)
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
    await core.enter(kept)
    return true
  }

  /** Ask the server once who is here; null when nobody is signed in. */
  async function ensure(): Promise<Me | null> {
    if (known.value) return me.value
    try {
      await refresh()
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error
      if (gone.has(error.status)) {
        if (!(await enterAlone())) throw error
      } else if (error.status === 401) {
        known.value = true
        await forget()
      } else throw error
    }
    return me.value
  }

  watch(liveStatus, (status) => {
    if (status === 'open' && alone.value) void refresh().catch(() => undefined)
  })

  return { me, known, alone, enter, refresh, ensure, leave, speak, can }
})
