// A multipart body whose bytes are the same each time: the server knows a repeat by its key and its bytes.

export interface Part {
  name: string
  filename: string
  bytes: Uint8Array<ArrayBuffer>
}

const quoted = (text: string) =>
  text
    .replace(/\\/g, '\\\\')
    .replace(/"/g, '%22')
    .replace(/[\r\n]/g, ' ')

/** Fields first, then files; `boundary` must not occur in them. */
export function multipartBody(boundary: string, fields: Record<string, string>, files: readonly Part[]): Blob {
  const pieces: BlobPart[] = []
  for (const [name, value] of Object.entries(fields)) {
    if (value === '') continue
    pieces.push(`--${boundary}\r\nContent-Disposition: form-data; name="${quoted(name)}"\r\n\r\n${value}\r\n`)
  }
  for (const { name, filename, bytes } of files) {
    const head = `Content-Disposition: form-data; name="${quoted(name)}"; filename="${quoted(filename)}"`
    pieces.push(`--${boundary}\r\n${head}\r\nContent-Type: application/octet-stream\r\n\r\n`, bytes, '\r\n')
  }
  pieces.push(`--${boundary}--\r\n`)
  return new Blob(pieces, { type: `multipart/form-data; boundary=${boundary}` })
}

/** SHA-256 of the bytes as hexadecimal text. */
export async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
