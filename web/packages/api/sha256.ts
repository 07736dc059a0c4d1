// SHA-256 by the piece, for files too large to hold: the browser's own digest wants all bytes at once and a secure page.
const ROUNDS = 64
const BLOCK = 64

/** First 32 bits of the fractional parts of cube roots (or square roots) of the first primes. */
function fractions(count: number, root: (prime: number) => number): Uint32Array {
  const found: number[] = []
  for (let candidate = 2; found.length < count; candidate++) {
    let prime = true
    for (let by = 2; by * by <= candidate; by++) if (candidate % by === 0) prime = false
    if (prime) found.push((root(candidate) % 1) * 2 ** 32)
  }
  return Uint32Array.from(found, Math.floor)
}

const K = fractions(ROUNDS, Math.cbrt)
const START = fractions(8, Math.sqrt)

export class Sha256 {
  private readonly state = START.slice()
  private readonly words = new Uint32Array(ROUNDS)
  private readonly rest = new Uint8Array(BLOCK)
  private held = 0
  private total = 0

  update(bytes: Uint8Array): this {
    this.total += bytes.length
    let at = 0
    if (this.held > 0) {
      at = Math.min(BLOCK - this.held, bytes.length)
      this.rest.set(bytes.subarray(0, at), this.held)
      this.held += at
      if (this.held < BLOCK) return this
      this.block(this.rest, 0)
      this.held = 0
    }
    for (; at + BLOCK <= bytes.length; at += BLOCK) this.block(bytes, at)
    this.rest.set(bytes.subarray(at))
    this.held = bytes.length - at
    return this
  }

  /** The digest in hex; nothing may be added after it. */
  hex(): string {
    const bits = this.total * 8
    const padding = new Uint8Array((this.held < 56 ? 56 : 120) - this.held + 8)
    padding[0] = 128
    const view = new DataView(padding.buffer)
    view.setUint32(padding.length - 8, Math.floor(bits / 2 ** 32))
    view.setUint32(padding.length - 4, bits >>> 0)
    this.update(padding)
    return [...this.state].map((word) => word.toString(16).padStart(8, '0')).join('')
  }

  private block(bytes: Uint8Array, at: number): void {
    const { words, state } = this
    for (let i = 0; i < 16; i++) {
      const from = at + 4 * i
      words[i] =
        ((bytes[from] ?? 0) << 24) |
        ((bytes[from + 1] ?? 0) << 16) |
        ((bytes[from + 2] ?? 0) << 8) |
        (bytes[from + 3] ?? 0)
    }
    for (let i = 16; i < ROUNDS; i++) {
      const near = words[i - 15] ?? 0
      const far = words[i - 2] ?? 0
      const small = turned(near, 7) ^ turned(near, 18) ^ (near >>> 3)
      const large = turned(far, 17) ^ turned(far, 19) ^ (far >>> 10)
      words[i] = ((words[i - 16] ?? 0) + small + (words[i - 7] ?? 0) + large) | 0
    }
    let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = state
    for (let i = 0; i < ROUNDS; i++) {
      const one =
        (h + (turned(e, 6) ^ turned(e, 11) ^ turned(e, 25)) + ((e & f) ^ (~e & g)) + (K[i] ?? 0) + (words[i] ?? 0)) | 0
      const two = ((turned(a, 2) ^ turned(a, 13) ^ turned(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0
      h = g
      g = f
      f = e
      e = (d + one) | 0
      d = c
      c = b
      b = a
      a = (one + two) | 0
    }
    const added = [a, b, c, d, e, f, g, h]
    added.forEach((word, i) => (state[i] = (state[i] ?? 0) + word))
  }
}

const turned = (word: number, by: number): number => (word >>> by) | (word << (32 - by))
