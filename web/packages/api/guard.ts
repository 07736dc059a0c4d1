// Signing in on a page of its own, and over the page when the session ends or the screen locks: one flow for every app.
import { computed, ref, watch } from 'vue'
import { asProblem, type ApiProblem } from './errors.ts'
import { stopLive } from './live.ts'
import { changePassword } from './queries/account.ts'
import { signIn, unlockSession, type Credentials } from './queries/access.ts'
import { useSiteInfo } from './queries/operations.ts'
import { sessionAbandoned, sessionGate, sessionRestored } from './session.ts'
import { currentClient } from './transport.ts'
import type { DemoLogin, Me } from './types.ts'

/** What an app keeps of its session. */
export interface SessionKeeper {
  me: Me | null
  enter: (me: Me) => Promise<void>
  refresh: () => Promise<void>
  leave: () => Promise<void>
}

interface PasswordChange {
  old_password: string
  new_password: string
}

/** One call at a time with its busy mark and its problem. */
function useAttempt() {
  const problem = ref<ApiProblem | null>(null)
  const busy = ref(false)
  async function attempt(work: () => Promise<void>, seen: (fault: ApiProblem) => void = () => undefined) {
    busy.value = true
    problem.value = null
    try {
      await work()
    } catch (error) {
      const fault = asProblem(error)
      seen(fault)
      problem.value = fault
    } finally {
      busy.value = false
    }
  }
  return { problem, busy, attempt }
}

/** What a person does over the page: sign in again or unlock, replace a first password, leave. */
function guardActs(session: SessionKeeper, attempt: ReturnType<typeof useAttempt>['attempt'], changed: () => void) {
  const submit = (credentials: Credentials) =>
    attempt(
      async () => {
        const unlocking = sessionGate.need === 'unlock'
        const me = unlocking ? await unlockSession(credentials.password) : await signIn(credentials)
        await session.enter(me)
        if (!me.must_change_password) sessionRestored()
      },
      (fault) => {
        if (fault.code === 'access.not_signed_in') sessionGate.need = 'again'
      },
    )

  const changeFirst = (change: PasswordChange) =>
    attempt(async () => {
      await changePassword(change)
      await session.refresh()
      changed()
      sessionRestored()
    })

  async function leave() {
    await session.leave()
    sessionAbandoned(new Error('left'))
    location.assign(`/${currentClient()}/sign-in`)
  }

  return { onSubmitted: submit, onChanged: changeFirst, onLeft: leave }
}

/** Props of `TmSessionGuard`, which asks over the page; `changed` is told when a first password was replaced. */
export function useSessionGuard(session: SessionKeeper, changed: () => void) {
  const { problem, busy, attempt } = useAttempt()
  const acts = guardActs(session, attempt, changed)
  watch(
    () => sessionGate.need,
    (need) => {
      problem.value = null
      if (need) stopLive()
    },
  )
  return computed(() => ({
    need: sessionGate.need,
    mustChange: session.me?.must_change_password ?? false,
    userName: session.me?.name,
    login: session.me?.login,
    problem: problem.value,
    busy: busy.value,
    ...acts,
  }))
}

/** The sign-in page: the form's values, the demo's accounts of this app, and entering. */
export function useSignInPage(session: SessionKeeper, app: string) {
  const { problem, busy, attempt } = useAttempt()
  const { data: site } = useSiteInfo()
  const login = ref('')
  const password = ref('')
  const demo = computed(() => (site.value?.demo_logins ?? []).filter((one) => one.client === app))

  function fill(one: DemoLogin) {
    login.value = one.login
    password.value = one.password
  }

  const enter = (credentials: Credentials) => attempt(async () => session.enter(await signIn(credentials)))

  return { login, password, demo, site, problem, busy, fill, enter }
}

/** The page that was wanted before signing in; only addresses of this app are followed. */
export function wantedPath(to: unknown, home: string): string {
  return typeof to === 'string' && /^\/(?![/\\])/.test(to) ? to : home
}
