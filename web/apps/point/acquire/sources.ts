// Where a live trace comes from: a service of the device on this machine (WebSocket), a serial line, the simulator.
import { frameOf, helloOf, type Frame, type Hello } from './frames.ts'
import { FRAME_MS, simulatedFrame, simulatorHello } from './simulator.ts'

export type SourceKind = 'service' | 'serial' | 'simulator'
export type SourceEnd = 'closed' | 'refused' | 'not_understood'

export interface Listener {
  hello(hello: Hello): void
  frame(frame: Frame): void
  ended(why: SourceEnd): void
}

/** Begin to listen; the answer ends it. */
export type Source = (listener: Listener) => () => void

/** Only this machine itself: the page may speak to no other, and a device's service is never elsewhere. */
export function isLoopback(address: string, schemes: readonly string[]): boolean {
  try {
    const url = new URL(address)
    return schemes.includes(url.protocol) && ['127.0.0.1', 'localhost'].includes(url.hostname) && !url.username
  } catch {
    return false
  }
}

export function serviceSource(address: string): Source {
  return (listener) => {
    if (!isLoopback(address, ['ws:'])) {
      listener.ended('refused')
      return () => undefined
    }
    let hello: Hello | null = null
    const socket = new WebSocket(address)
    socket.binaryType = 'arraybuffer'
    socket.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) => {
      if (typeof data === 'string') {
        hello ??= helloOf(data)
        if (hello) listener.hello(hello)
        else socket.close(4400)
        return
      }
      const frame = hello && frameOf(data, hello.leads.length)
      if (frame) listener.frame(frame)
      else socket.close(4400)
    }
    socket.onclose = (event) => listener.ended(event.code === 4400 ? 'not_understood' : hello ? 'closed' : 'refused')
    return () => {
      socket.onclose = null
      socket.close()
    }
  }
}

interface SerialPortLike {
  open(options: { baudRate: number }): Promise<void>
  close(): Promise<void>
  readable: ReadableStream<Uint8Array> | null
}

interface SerialLike {
  requestPort(): Promise<SerialPortLike>
}

export const serialOf = (): SerialLike | null =>
  'serial' in navigator ? (navigator as unknown as { serial: SerialLike }).serial : null

/** Cuts a byte stream into messages: two bytes length (little endian), then a greeting (text) or a frame. */
export class Cutter {
  private held = new Uint8Array()

  push(bytes: Uint8Array): Uint8Array[] {
    const all = new Uint8Array(this.held.length + bytes.length)
    all.set(this.held)
    all.set(bytes, this.held.length)
    const found: Uint8Array[] = []
    let at = 0
    while (at + 2 <= all.length) {
      const size = (all[at] ?? 0) | ((all[at + 1] ?? 0) << 8)
      if (at + 2 + size > all.length) break
      found.push(all.slice(at + 2, at + 2 + size))
      at += 2 + size
    }
    this.held = all.slice(at)
    return found
  }
}

export function serialSource(port: SerialPortLike, baudRate = 921_600): Source {
  return (listener) => {
    let stopped = false
    let reader: ReadableStreamDefaultReader<Uint8Array> | undefined
    void readSerial(port, baudRate, listener, (opened) => (reader = opened)).then((why) => {
      if (!stopped) listener.ended(why)
    })
    return () => {
      stopped = true
      void reader?.cancel().catch(() => undefined)
    }
  }
}

async function readSerial(
  port: SerialPortLike,
  baudRate: number,
  listener: Listener,
  opened: (reader: ReadableStreamDefaultReader<Uint8Array>) => void,
): Promise<SourceEnd> {
  const cutter = new Cutter()
  let hello: Hello | null = null
  try {
    await port.open({ baudRate })
    const reader = port.readable?.getReader()
    if (!reader) return 'refused'
    opened(reader)
    for (;;) {
      const { value, done } = await reader.read()
      if (done) break
      for (const message of cutter.push(value)) {
        if (!hello) {
          hello = helloOf(new TextDecoder().decode(message))
          if (!hello) return 'not_understood'
          listener.hello(hello)
          continue
        }
        const frame = frameOf(message.slice().buffer, hello.leads.length)
        if (!frame) return 'not_understood'
        listener.frame(frame)
      }
    }
    return 'closed'
  } catch {
    return hello ? 'closed' : 'refused'
  } finally {
    await port.close().catch(() => undefined)
  }
}

export function simulatorSource(): Source {
  return (listener) => {
    let seq = 0
    listener.hello(simulatorHello)
    const timer = setInterval(() => listener.frame(simulatedFrame(seq++, Date.now())), FRAME_MS)
    return () => clearInterval(timer)
  }
}
