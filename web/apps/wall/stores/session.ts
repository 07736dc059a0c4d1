// Who is signed in, and the steps of entering and leaving.
import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import { ApiProblem, startLive, stopLive, type Me } from '@tianmu/api'
import { readMe, signOut } from '@tianmu/api/queries/access.ts'
import { setLanguage } from '@tianmu/ui'

export const useSession = defineStore('session', () => {
  const me = shallowRef<Me | null>(null)
  const known = shallowRef(false)

  async function enter(account: Me) {
    me.value = account
    known.value = true
    await setLanguage(account.locale === 'en' ? 'en' : 'zh-CN')
    if (!account.must_change_password) startLive()
  }

  /** Read again who is here, after a change of password. */
  async function refresh() {
    await enter(await readMe())
  }

  /** Ask the server once who is here; null when nobody is signed in. */
  async function ensure(): Promise<Me | null> {
    if (known.value) return me.value
    try {
      await enter(await readMe())
    } catch (error) {
      if (!(error instanceof ApiProblem) || error.status !== 401) throw error
      known.value = true
    }
    return me.value
  }

  async function leave() {
    stopLive()
    await signOut().catch(() => undefined)
    me.value = null
  }

  const can = (right: string) => Boolean(me.value?.rights[right]?.length)
  return { me, known, enter, refresh, ensure, leave, can }
})
