import { expect, test } from 'vitest'
import { waitClock } from './words.ts'

const order = {
  state: 'waiting' as const,
  waiting_since: '2026-11-23T08:00:00+08:00',
  due_at: '2026-11-23T08:10:00+08:00',
}
const at = (time: string) => Date.parse(`2026-11-23T${time}+08:00`)

test('calm below 70 % of the limit, amber from it, red from the limit on', () => {
  expect(waitClock(order, at('08:06:59'))).toMatchObject({ waitedMinutes: 6, tone: 'calm' })
  expect(waitClock(order, at('08:07:00'))).toMatchObject({ waitedMinutes: 7, tone: 'amber', overMinutes: 0 })
  expect(waitClock(order, at('08:10:00'))).toMatchObject({ waitedMinutes: 10, tone: 'red', overMinutes: 0 })
  expect(waitClock(order, at('08:12:30'))).toMatchObject({ overMinutes: 2, tone: 'red' })
})

test('a signed order waits no more, one without a span to its limit is never late', () => {
  expect(waitClock({ ...order, state: 'signed' as const }, at('09:00:00'))).toBeNull()
  expect(waitClock({ ...order, due_at: '2026-11-23T08:00:00+08:00' }, at('09:00:00'))).toMatchObject({
    share: null,
    tone: 'calm',
  })
})
