// Why an amount is what it is: codes of the engine, some with a value after a colon.
import { t } from '../../text/contract.ts'

/** A code in words; one that is not known stays as it is. */
export function becauseText(code: string, rule: string): string {
  const words = t.becauseOf
  const asked = code === 'late' && rule === 'C-5.5.2' ? 'late_shift' : code
  const [kind = '', ...value] = asked.split(':')
  return words[asked] ?? words[kind]?.replace('{}', value.join(':')) ?? code
}
