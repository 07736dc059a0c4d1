// Id cards, frames of a device, what is cut out of them, and the record that is written.
import { expect, test } from 'vitest'
import { Capture } from './capture.ts'
import { frameOf, helloOf } from './frames.ts'
import { cardOf, readIdNumber } from './idCard.ts'
import { judge } from './judge.ts'
import { simulatedFrame, simulatorHello } from './simulator.ts'
import { Cutter, isLoopback } from './sources.ts'
import { readWfdb, writeWfdb } from './wfdb.ts'

test('an id number is checked and says birth date and sex', () => {
  expect(readIdNumber('11010519491231002X')).toEqual({
    idNumber: '11010519491231002X',
    birthDate: '1949-12-31',
    sex: 'F',
  })
  expect(readIdNumber('110105194912310021')).toBeNull()
  expect(readIdNumber('11010519491331002X')).toBeNull()
  expect(readIdNumber('abc')).toBeNull()
})

test('the answers of card readers differ in names only', () => {
  expect(cardOf({ certNumber: '11010519491231002x', partyName: ' 王芳 ' })).toMatchObject({ name: '王芳', sex: 'F' })
  expect(cardOf({})).toBe('no_card')
  expect(cardOf({ id_number: '110105194912310021' })).toBe('wrong_number')
})

test('only this machine is spoken to', () => {
  expect(isLoopback('ws://127.0.0.1:18890/ecg', ['ws:'])).toBe(true)
  for (const address of ['ws://10.0.0.1/ecg', 'http://127.0.0.1/', 'ws://127.0.0.1.evil.example/', 'nonsense'])
    expect(isLoopback(address, ['ws:'])).toBe(false)
})

test('a greeting is checked field by field', () => {
  const said = { leads: ['I', 'II'], fs_hz: 500, uv_per_lsb: 2.5, device: 'x' }
  expect(helloOf(JSON.stringify(said))).toMatchObject({ fsHz: 500, uvPerLsb: 2.5 })
  for (const wrong of [{ fs_hz: 333 }, { uv_per_lsb: 0 }, { leads: [] }, { leads: [1] }])
    expect(helloOf(JSON.stringify({ ...said, ...wrong }))).toBeNull()
  expect(helloOf('{')).toBeNull()
})

test('the frame of the documented example is read', () => {
  const hex = '544c0102000000000000000000000000000000010700000000 68e5cf8b01000002000000 0100feff03000400'.replaceAll(
    ' ',
    '',
  )
  const bytes = Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
  const frame = frameOf(bytes.buffer, 2)
  expect(frame).toMatchObject({ seq: 7, clockMs: 1_700_000_000_000 })
  expect(frame?.samples.map((row) => [...row])).toEqual([
    [1, -2],
    [3, 4],
  ])
  expect(frameOf(bytes.buffer, 3)).toBeNull()
  expect(frameOf(bytes.slice(0, 40).buffer, 2)).toBeNull()
})

test('a serial line is cut where its lengths say', () => {
  const cutter = new Cutter()
  expect(cutter.push(new Uint8Array([2, 0, 7]))).toEqual([])
  expect(cutter.push(new Uint8Array([8, 1, 0, 9, 5])).map((one) => [...one])).toEqual([[7, 8], [9]])
})

function captured(frames: number, left: (seq: number) => boolean = () => false): Capture {
  const capture = new Capture(simulatorHello)
  for (let seq = 0; seq < frames; seq++) if (!left(seq)) capture.take(simulatedFrame(seq, 0, () => 0.5))
  return capture
}

test('a calm trace of straight cables is grade A', () => {
  expect(judge(captured(60).traces(10))).toMatchObject({ grade: 'A', reversals: [] })
})

test('lost frames are a hole of their length, doubled ones are left out', () => {
  const capture = captured(60, (seq) => seq >= 40 && seq < 45)
  capture.take(simulatedFrame(3, 0))
  expect(capture.lostFrames).toBe(5)
  expect(capture.total).toBe(6000)
  const row = capture.last(10)[0] ?? new Int16Array()
  expect(row.filter((sample) => sample === -32768)).toHaveLength(500)
})

test('what is written down is read again sample by sample, and no two examinations have the same bytes', () => {
  const capture = captured(60, (seq) => seq === 50)
  const recorded = capture.cut(Date.UTC(2026, 10, 23, 0, 0, 10))
  const files = writeWfdb(recorded, '0192f0c1-0000-7000-8000-000000000001', 'a device')
  const other = writeWfdb(recorded, '0192f0c1-0000-7000-8000-000000000002', 'a device')
  expect(files.map(({ name }) => name)).not.toEqual(other.map(({ name }) => name))
  const read = readWfdb(files)
  expect(read).toMatchObject({ fsHz: 500, names: simulatorHello.leads })
  const wanted = capture.traces(10)
  read?.uv.forEach((row, lead) => expect([...row]).toEqual([...(wanted.uv[lead] ?? [])]))
  expect(new TextDecoder().decode(files[0]?.bytes)).toContain('08:00:00 23/11/2026')
})
