// The line of a screen to live ECGs: one WebSocket for several sessions, opened by a ticket, opened again when it breaks.
import { answer, apiUrl, client, quiet } from './client.ts'
import { reconnectDelayMs } from './live.ts'

export interface LiveEcgAlarm {
  /** Empty while it is on its way into the database. */
  id: string
  kind: string
  grade: 'critical' | 'serious' | 'technical'
  value: string
  raised_ms: number
  acknowledged: boolean
}

export type LiveEcgMessage =
  | {
      type: 'session'
      session: string
      leads: string[]
      fs_hz: number
      samples_per_frame: number
      uv_per_lsb: number[]
      began_ms: number
      next_index: number
    }
  | {
      type: 'state'
      session: string
      state: 'open' | 'live' | 'interrupted' | 'ended'
      rate: number | null
      off: string[]
      alarms: LiveEcgAlarm[]
      next_index: number
    }
  | { type: 'closed'; session: string; reason: string }
  | { type: 'lagging'; dropped: number }
  | { type: 'opened' | 'pong' | 'refused' }

export interface LiveEcgWish {
  session: string
  /** Left out: every lead. */
  leads?: readonly string[]
  /** How much of what was before is wanted, at most 600. */
  seconds: number
}

export interface LiveEcgHearer {
  samples(data: ArrayBuffer): void
  message(message: LiveEcgMessage): void
  status(status: 'connecting' | 'open' | 'lost'): void
}

const pingMs = 15_000

function address(): string {
  const url = new URL(apiUrl('/ecg/live/watch'), globalThis.location.href)
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:'
  return url.href
}

async function ticketFor(sessions: readonly string[]): Promise<string> {
  const call = client.POST('/api/v1/ecg/live/streams', { body: { sessions: [...sessions] }, fetch: quiet })
  return (await answer<{ ticket: string }>(call)).ticket
}

class LiveEcgLine {
  private readonly wishes: readonly LiveEcgWish[]
  private readonly hearer: LiveEcgHearer
  private readonly pinging: ReturnType<typeof setInterval>
  private socket: WebSocket | null = null
  private over = false
  private failures = 0
  private timer: ReturnType<typeof setTimeout> | undefined

  constructor(wishes: readonly LiveEcgWish[], hearer: LiveEcgHearer) {
    this.wishes = wishes
    this.hearer = hearer
    this.pinging = setInterval(() => this.say({ type: 'ping' }), pingMs)
    void this.open()
  }

  close(): void {
    this.over = true
    clearTimeout(this.timer)
    clearInterval(this.pinging)
    this.socket?.close()
  }

  private say(what: object): void {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(what))
  }

  private again(): void {
    if (this.over) return
    this.hearer.status('lost')
    this.timer = setTimeout(() => void this.open(), reconnectDelayMs(this.failures))
    this.failures += 1
  }

  private async open(): Promise<void> {
    this.hearer.status('connecting')
    try {
      const ticket = await ticketFor(this.wishes.map((wish) => wish.session))
      if (!this.over) this.connect(ticket)
    } catch {
      this.again()
    }
  }

  private connect(ticket: string): void {
    const line = new WebSocket(address())
    line.binaryType = 'arraybuffer'
    this.socket = line
    line.onopen = () => {
      this.failures = 0
      this.hearer.status('open')
      this.say({ type: 'open', ticket })
      for (const wish of this.wishes) this.say({ type: 'watch', ...wish })
    }
    line.onmessage = (event: MessageEvent<ArrayBuffer | string>) => {
      if (typeof event.data === 'string') this.hearer.message(JSON.parse(event.data) as LiveEcgMessage)
      else this.hearer.samples(event.data)
    }
    line.onclose = () => this.again()
  }
}

/** Watch sessions until `close`; what is wished is wished again after a broken line. */
export function watchLiveEcg(wishes: readonly LiveEcgWish[], hearer: LiveEcgHearer): { close: () => void } {
  return new LiveEcgLine(wishes, hearer)
}
