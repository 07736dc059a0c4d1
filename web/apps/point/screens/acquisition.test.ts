import { expect, test } from 'vitest'
import type { ImportPreview } from '@tianmu/api'
import { bytesOf, namesSomebodyElse, poorLeads } from './acquisition.ts'

const preview = (patient: Record<string, unknown>, matches: Array<{ id: string }> = []) =>
  ({
    patient,
    matches,
    quality: { leads: { I: { grade: 'A', faults: [] }, V2: { grade: 'D', faults: ['lead_off'] } } },
  }) as unknown as ImportPreview

test('a file that names another person is told, an unnamed or matching one is not', () => {
  const person = { id: '1', name: '张秀英' }
  expect(namesSomebodyElse(preview({ name: '李建国' }), person)).toBe(true)
  expect(namesSomebodyElse(preview({ family_name: '张', given_name: ' 秀英' }), person)).toBe(false)
  expect(namesSomebodyElse(preview({ name: '李建国' }, [{ id: '1' }]), person)).toBe(false)
  expect(namesSomebodyElse(preview({}), person)).toBe(false)
  expect(namesSomebodyElse(preview({ name: '李建国' }), null)).toBe(false)
})

test('poor leads are those of grade C and D', () => {
  expect(poorLeads(preview({}))).toEqual([{ lead: 'V2', grade: 'D', faults: ['lead_off'] }])
})

test('base64 becomes bytes', () => {
  expect(new Uint8Array(bytesOf('AP9U'))).toEqual(new Uint8Array([0, 255, 84]))
})
