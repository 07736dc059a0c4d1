// Entering and leaving: what the app adds comes in its turn, and nobody signed in is no fault.
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { ApiProblem } from './errors.ts'
import { useSessionCore } from './sessionCore.ts'
import type { Me } from './types.ts'

const done: string[] = []
const readMe = vi.hoisted(() => vi.fn())
vi.mock('./live.ts', () => ({ startLive: () => done.push('live'), stopLive: () => done.push('quiet') }))
vi.mock('./queries/access.ts', () => ({
  readMe,
  savePreferences: vi.fn(),
  signOut: () => Promise.reject(new Error('no network')),
}))

const account = (change: Partial<Me> = {}) =>
  ({ name: 'A', locale: 'en', rights: { 'a.view': ['/'] }, must_change_password: false, ...change }) as unknown as Me
const core = () =>
  useSessionCore({
    setLanguage: async (language) => done.push(language),
    entered: async () => done.push('entered'),
    left: async () => done.push('left'),
  })

beforeEach(() => done.splice(0))

describe('session core', () => {
  it('asks once who is here, opens what the app adds, then begins to listen', async () => {
    readMe.mockResolvedValue(account())
    const session = core()
    await session.ensure()
    expect((await session.ensure())?.name).toBe('A')
    expect(done).toEqual(['en', 'entered', 'live'])
    expect([session.holds('a.view'), session.holds('a.edit')]).toEqual([true, false])
  })

  it('does not listen before a first password is replaced', async () => {
    await core().enter(account({ must_change_password: true, locale: 'zh-CN' }))
    expect(done).toEqual(['zh-CN', 'entered'])
  })

  it('takes 401 for nobody, and any other fault for a fault', async () => {
    readMe.mockRejectedValue(new ApiProblem({ status: 401, code: 'x', title: '', detail: '' } as never))
    expect(await core().ensure()).toBeNull()
    readMe.mockRejectedValue(new ApiProblem({ status: 500, code: 'x', title: '', detail: '' } as never))
    await expect(core().ensure()).rejects.toThrow()
  })

  it('closes and forgets even where the server cannot be told', async () => {
    const session = core()
    await session.enter(account())
    await session.leave()
    expect(done.slice(-2)).toEqual(['quiet', 'left'])
    expect(session.me.value).toBeNull()
  })
})
