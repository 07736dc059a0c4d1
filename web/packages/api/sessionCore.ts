// Who is signed in, and the steps of entering and leaving; each app's store adds what it keeps besides.
import { shallowRef } from 'vue'
import { ApiProblem } from './errors.ts'
import { startLive, stopLive } from './live.ts'
import { readMe, savePreferences, signOut } from './queries/access.ts'
import type { Me } from './types.ts'

type Language = 'zh-CN' | 'en'

export interface SessionParts {
  setLanguage: (language: Language) => Promise<unknown>
  /** What an app opens for the person before live events begin. */
  entered?: (account: Me) => Promise<unknown>
  /** What an app closes when she leaves; done also where the server cannot be told. */
  left?: () => Promise<unknown>
}

export function useSessionCore({ setLanguage, entered, left }: SessionParts) {
  const me = shallowRef<Me | null>(null)
  const known = shallowRef(false)

  async function enter(account: Me) {
    me.value = account
    known.value = true
    await setLanguage(account.locale === 'en' ? 'en' : 'zh-CN')
    await entered?.(account)
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
      await refresh()
    } catch (error) {
      if (!(error instanceof ApiProblem) || error.status !== 401) throw error
      known.value = true
    }
    return me.value
  }

  async function leave() {
    stopLive()
    await left?.()
    await signOut().catch(() => undefined)
    me.value = null
  }

  async function speak(language: Language) {
    await setLanguage(language)
    if (me.value) me.value = await savePreferences({ locale: language })
  }

  /** Held in full. */
  const holds = (right: string) => Boolean(me.value?.rights[right]?.length)

  return { me, known, enter, refresh, ensure, leave, speak, holds }
}
