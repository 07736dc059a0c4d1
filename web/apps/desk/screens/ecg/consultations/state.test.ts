import { expect, test } from 'vitest'
import type { Invitation, Opinion } from '@tianmu/api/queries/consultations.ts'
import { collected, isGoingOn, statusOf, waitedFor } from './state.ts'

const invitation = (id: string, state: Invitation['state']) => ({ id, state, name: id }) as Invitation
const opinion = (state: string, ...texts: string[]) =>
  ({ state, conclusion: texts.map((text) => ({ code: null, text })) }) as Opinion

test('an answered consultation still goes on and asks for the asker', () => {
  expect(isGoingOn('answered')).toBe(true)
  expect(statusOf('answered')).toBe('late')
  expect(isGoingOn('cancelled')).toBe(false)
})

test('only who was invited or has accepted is waited for', () => {
  const all = (['invited', 'accepted', 'declined', 'answered', 'released'] as const).map((one) => invitation(one, one))
  expect(waitedFor(all).map((one) => one.id)).toEqual(['invited', 'accepted'])
})

test('diagnoses are collected once, from signed opinions, in the order of the experts', () => {
  const detail = {
    experts: [invitation('b', 'answered'), invitation('a', 'answered'), invitation('c', 'accepted')],
    opinions: {
      a: opinion('signed', '房颤', '室早'),
      b: opinion('signed', '房颤'),
      c: opinion('draft', '房扑'),
    },
  }
  expect(collected(detail).map((line) => line.text)).toEqual(['房颤', '室早'])
})
