// A canvas context that writes down what is drawn, for tests without a browser.
import type { Context } from './draw.ts'

export interface Recorder {
  ctx: Context
  /** Every call as its name and arguments. */
  calls: (readonly [string, ...unknown[]])[]
  of(name: string): unknown[][]
}

export function recordingContext(): Recorder {
  const calls: (readonly [string, ...unknown[]])[] = []
  const target: Record<string, unknown> = {
    measureText: (text: string) => ({ width: text.length * 7 }),
    getImageData: () => ({ data: [] }),
  }
  const ctx = new Proxy(target, {
    get(own, name: string) {
      if (name in own) return own[name]
      return (...args: unknown[]) => {
        calls.push([name, ...args])
      }
    },
    set(own, name: string, value) {
      own[name] = value
      return true
    },
  }) as unknown as Context
  return { ctx, calls, of: (name) => calls.filter((call) => call[0] === name).map((call) => call.slice(1)) }
}
