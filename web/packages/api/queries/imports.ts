// The acquisition point: look into files before sending. Sending itself goes through the station's queue.
import { answer, client } from '../client.ts'
import type { ImportPreview } from '../ecg-types.ts'

/** Files as a multipart form; the browser adds the boundary. */
function multipart(files: readonly File[]): FormData {
  const form = new FormData()
  for (const file of files) form.append('file', file, file.name)
  return form
}

export const previewImport = (files: readonly File[], signal?: AbortSignal) =>
  answer<ImportPreview>(
    client.POST('/api/v1/ecg/imports/preview', {
      body: { file: [] },
      bodySerializer: () => multipart(files),
      ...(signal ? { signal } : {}),
    }),
  )
