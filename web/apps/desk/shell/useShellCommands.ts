// Keyboard commands and command-box entries of the whole desk.
import { computed, ref, type Ref } from 'vue'
import { useRouter } from 'vue-router'
import { useQueryClient } from '@tanstack/vue-query'
import { appearance, language, useShortcuts, type Theme } from '@tianmu/ui'
import { menuFor } from '../menu.ts'
import { useSession } from '../stores/session.ts'
import { useTabs } from '../stores/tabs.ts'
import { t } from '../text/index.ts'
import type { Command } from './CommandBox.vue'

interface ShellActs {
  focusSearch: () => void
  lock: () => void
}

const themes: readonly Theme[] = ['light', 'dark', 'contrast']
const tabNumbers = [1, 2, 3, 4, 5, 6, 7, 8, 9] as const

export function useShellCommands(acts: ShellActs): {
  commands: Ref<Command[]>
  boxOpen: Ref<boolean>
  helpOpen: Ref<boolean>
} {
  const router = useRouter()
  const session = useSession()
  const tabs = useTabs()
  const cache = useQueryClient()
  const boxOpen = ref(false)
  const helpOpen = ref(false)

  function closeTab() {
    const next = tabs.close(tabs.current)
    if (next) void router.push(next)
  }
  function goTab(n: number) {
    const tab = tabs.tabs[n - 1]
    if (tab) void router.push(tab.path)
  }
  const refresh = () => void cache.invalidateQueries()
  const speak = () => void session.speak(language() === 'en' ? 'zh-CN' : 'en')

  const commands = computed<Command[]>(() => [
    ...menuFor(session.can).flatMap((group) =>
      group.items.map((item) => ({
        key: item.path,
        title: item.title(),
        keywords: item.keywords,
        group: group.title(),
        run: () => void router.push(item.path),
      })),
    ),
    { key: 'lock', title: t.commands.lock, keywords: 'lock suoping sp', group: t.shell.command, run: acts.lock },
    {
      key: 'help',
      title: t.commands.help,
      keywords: 'help shortcuts kuaijiejian kjj',
      group: t.shell.command,
      run: () => (helpOpen.value = true),
    },
    {
      key: 'language',
      title: t.commands.language,
      keywords: 'language english yuyan yy',
      group: t.shell.command,
      run: speak,
    },
    ...themes.map((theme) => ({
      key: `theme-${theme}`,
      title: t.commands.theme(t.settings.themes[theme]),
      keywords: `theme ${theme} zhuti waiguan wg`,
      group: t.shell.command,
      run: () => {
        appearance.theme = theme
      },
    })),
  ])

  useShortcuts(() => {
    const scope = t.shell.scopeGlobal
    const command = (name: string, label: string, keys: string, run: () => void, editable = true) => ({
      command: `desk.${name}`,
      label,
      keys,
      scope,
      editable,
      run,
    })
    return [
      command('search', t.commands.search, '/ / F2', acts.focusSearch, false),
      command('box', t.commands.commandBox, 'Ctrl+K', () => (boxOpen.value = true)),
      command('help', t.commands.help, '?', () => (helpOpen.value = true), false),
      command('refresh', t.commands.refresh, 'F9', refresh),
      command('lock', t.commands.lock, 'Ctrl+Alt+L', acts.lock),
      command('close', t.commands.closeTab, 'Alt+W', closeTab),
      ...tabNumbers.map((n) => command(`tab${n}`, t.commands.tab(n), `Alt+${n}`, () => goTab(n), false)),
    ]
  })
  return { commands, boxOpen, helpOpen }
}
