// Who is signed in on this wall.
import { defineStore } from 'pinia'
import { useSessionCore } from '@tianmu/api/sessionCore.ts'
import { setLanguage } from '@tianmu/ui'

export const useSession = defineStore('session', () => {
  const { holds: can, ...core } = useSessionCore({ setLanguage })
  return { ...core, can }
})
