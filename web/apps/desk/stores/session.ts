// Who is signed in on this desk, her rights, drafts and preferences.
import { defineStore } from 'pinia'
import { computed } from 'vue'
import type { Me } from '@tianmu/api'
import { savePreferences } from '@tianmu/api/queries/access.ts'
import { useSessionCore } from '@tianmu/api/sessionCore.ts'
import { closeDrafts, currentBindings, loadBindings, openDrafts, setLanguage } from '@tianmu/ui'

function bindingsOf(preferences: Record<string, unknown>): Record<string, string> {
  const stored = preferences['shortcuts']
  if (typeof stored !== 'object' || stored === null) return {}
  return Object.fromEntries(
    Object.entries(stored).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  )
}

async function entered(account: Me) {
  loadBindings(bindingsOf(account.preferences))
  await openDrafts(account.account_id).catch(() => undefined)
}

export const useSession = defineStore('session', () => {
  const core = useSessionCore({ setLanguage, entered, left: () => closeDrafts().catch(() => undefined) })
  const { me, holds } = core

  async function prefer(change: Record<string, unknown>) {
    if (!me.value) return
    const preferences = { ...me.value.preferences, ...change }
    me.value = { ...me.value, preferences }
    me.value = await savePreferences({ preferences })
  }

  /** Held in full, or for figures: the screen opens and asks for the purpose where it would show persons. */
  const can = (right: string | undefined) =>
    right === undefined || holds(right) || Boolean(me.value?.figures?.[right]?.length)
  const keepShortcuts = () => prefer({ shortcuts: currentBindings() })
  const opensNext = computed(() => me.value?.preferences['open_next'] !== false)

  return { ...core, prefer, can, keepShortcuts, opensNext }
})
