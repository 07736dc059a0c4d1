import { expect, test } from 'vitest'
import { cleanIdNumber, readIdNumber } from './idNumber.ts'

// The worked example of GB 11643.
const good = '11010519491231002X'

test('the example of the standard is read', () => {
  expect(readIdNumber(good)).toEqual({ birthDate: '1949-12-31', sex: 'F' })
})

test('each fault has its own name', () => {
  expect(readIdNumber('1101051949123100')).toBe('length')
  expect(readIdNumber('11010519491231A02X')).toBe('charset')
  expect(readIdNumber('11010519490231002X')).toBe('birth_date')
  expect(readIdNumber('110105194912310021')).toBe('check_digit')
})

test('full-width digits and spaces are accepted', () => {
  expect(cleanIdNumber(' １１０１ ０５x ')).toBe('110105X')
})

test('every change of one digit before the last is caught', () => {
  for (let place = 0; place < 17; place++) {
    const digit = (Number(good[place]) + 1) % 10
    expect(typeof readIdNumber(good.slice(0, place) + String(digit) + good.slice(place + 1))).toBe('string')
  }
})
