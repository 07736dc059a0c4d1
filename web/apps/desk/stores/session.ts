// Who is signed in on this desk, her rights, and the steps of entering and leaving.
import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import { ApiProblem, startLive, stopLive, type Me } from '@tianmu/api'
import { readMe, savePreferences, signOut } from '@tianmu/api/queries/access.ts'
import { closeDrafts, currentBindings, loadBindings, openDrafts, setLanguage } from '@tianmu/ui'

function bindingsOf(preferences: Record<string, unknown>): Record<string, string> {
  const stored = preferences['shortcuts']
  if (typeof stored !== 'object' || stored === null) return {}
  return Object.fromEntries(
    Object.entries(stored).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  )
}

export const useSession = defineStore('session', () => {
  const me = shallowRef<Me | null>(null)
  const known = shallowRef(false)

  async function enter(account: Me) {
    me.value = account
    known.value = true
    loadBindings(bindingsOf(account.preferences))
    await setLanguage(account.locale === 'en' ? 'en' : 'zh-CN')
    await openDrafts(account.account_id).catch(() => undefined)
    if (!account.must_change_password) startLive()
  }

  /** Read again who is here, after a change of password or second factor. */
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
    await closeDrafts().catch(() => undefined)
    me.value = null
  }

  async function prefer(change: Record<string, unknown>) {
    if (!me.value) return
    const preferences = { ...me.value.preferences, ...change }
    me.value = { ...me.value, preferences }
    me.value = await savePreferences({ preferences })
  }

  async function speak(language: 'zh-CN' | 'en') {
    await setLanguage(language)
    if (me.value) me.value = await savePreferences({ locale: language })
  }

  /** Held in full. */
  const holds = (right: string) => Boolean(me.value?.rights[right]?.length)
  /** Held in full, or for figures: the screen opens and asks for the purpose where it would show persons. */
  const can = (right: string | undefined) =>
    right === undefined || holds(right) || Boolean(me.value?.figures?.[right]?.length)
  const keepShortcuts = () => prefer({ shortcuts: currentBindings() })
  const opensNext = computed(() => me.value?.preferences['open_next'] !== false)

  return { me, known, enter, refresh, ensure, leave, prefer, speak, can, holds, keepShortcuts, opensNext }
})
