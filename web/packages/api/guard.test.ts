import { describe, expect, it } from 'vitest'
import { wantedPath } from './guard.ts'

describe('wantedPath', () => {
  it('follows addresses of this app', () => expect(wantedPath('/people/1?tab=2', '/home')).toBe('/people/1?tab=2'))
  it.each(['//evil.example', '/\\evil.example', 'https://evil.example', 'javascript:alert(1)', undefined, ['/a']])(
    'leads home instead of %s',
    (to) => expect(wantedPath(to, '/home')).toBe('/home'),
  )
})
