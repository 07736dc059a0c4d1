// Long recordings go to the server in pieces; a broken line, a closed page or a stopped server costs one piece.
import { answer, client } from '../client.ts'
import { asProblem } from '../errors.ts'
import type { Order } from '../ecg-types.ts'
import type { HolterUpload } from '../holter-types.ts'
import { Sha256 } from '../sha256.ts'
import { tianmuFetch } from '../transport.ts'

const READ_BYTES = 4 * 2 ** 20
const RETRY_MS = [1000, 2000, 5000, 10_000, 10_000, 10_000] as const

export interface HolterAsked {
  patient_id: string
  department?: string
  clinical_note?: string
}

export interface UploadProgress {
  step: 'hashing' | 'sending' | 'finishing'
  /** 0 to 1 of this step. */
  share: number
}

async function hashed(file: File, told: (bytes: number) => void, signal: AbortSignal): Promise<string> {
  const digest = new Sha256()
  for (let at = 0; at < file.size; at += READ_BYTES) {
    signal.throwIfAborted()
    digest.update(new Uint8Array(await file.slice(at, at + READ_BYTES).arrayBuffer()))
    told(Math.min(file.size, at + READ_BYTES))
  }
  return digest.hex()
}

/** One piece of the stream of all files. */
const pieceOf = (whole: Blob, at: number, length: number): Blob => whole.slice(at, at + length)

async function sendPiece(upload: HolterUpload, at: number, body: Blob, signal: AbortSignal): Promise<HolterUpload> {
  const address = new URL(`/api/v1/ecg/holter/uploads/${upload.id}/chunks/${at}`, location.origin)
  const headers = { 'Content-Type': 'application/octet-stream' }
  const response = await tianmuFetch(new Request(address, { method: 'PUT', body, headers, signal }))
  return (await response.json()) as HolterUpload
}

/** Where the server is now; asked after a failure, since the piece may have arrived and its answer not. */
async function wait(ms: number): Promise<void> {
  await new Promise((done) => setTimeout(done, ms))
}

/** Send files as one recording and return its order; the same files begun again go on where they stopped. */
export async function sendHolter(
  files: readonly File[],
  asked: HolterAsked,
  told: (progress: UploadProgress) => void,
  signal: AbortSignal,
): Promise<Order> {
  const size = files.reduce((sum, file) => sum + file.size, 0)
  const listed: { name: string; size: number; sha256: string }[] = []
  let before = 0
  for (const file of files) {
    const sha256 = await hashed(file, (bytes) => told({ step: 'hashing', share: (before + bytes) / size }), signal)
    listed.push({ name: file.name, size: file.size, sha256 })
    before += file.size
  }
  const body = { files: listed, urgency: 'outpatient', department: '', requested_by: '', clinical_note: '', ...asked }
  let upload = await answer<HolterUpload>(client.POST('/api/v1/ecg/holter/uploads', { body }))
  const whole = new Blob([...files])
  let failures = 0
  while (upload.received_bytes < size) {
    told({ step: 'sending', share: upload.received_bytes / size })
    try {
      const at = upload.received_bytes
      upload = await sendPiece(upload, at, pieceOf(whole, at, Math.min(upload.chunk_bytes, READ_BYTES)), signal)
      failures = 0
    } catch (error) {
      signal.throwIfAborted()
      const problem = asProblem(error)
      const pause = RETRY_MS[failures++]
      const known = problem.extra['received_bytes']
      if (problem.status === 409 && typeof known === 'number') upload = { ...upload, received_bytes: known }
      else if (pause === undefined || (problem.status > 0 && problem.status < 500)) throw problem
      else await wait(pause)
    }
  }
  told({ step: 'finishing', share: 1 })
  const params = { path: { upload_id: upload.id } }
  return answer<Order>(client.POST('/api/v1/ecg/holter/uploads/{upload_id}/finish', { params }))
}
