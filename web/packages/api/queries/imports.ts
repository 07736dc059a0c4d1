// The acquisition point: register an order, look into files before sending, send them.
import { useMutation, useQueryClient } from '@tanstack/vue-query'
import { answer, client } from '../client.ts'
import type { ImportPreview, ImportResult, Order, Urgency } from '../ecg-types.ts'

export interface NewOrder {
  patient_id: string
  urgency: Urgency
  department?: string
  requested_by?: string
  clinical_note?: string
  /** Why something new begins for somebody dead or moved away. */
  closed_reason?: string
  kind: 'resting'
}

interface Sent {
  file: File[]
  order_id?: string | undefined
  patient_id?: string | undefined
  urgency?: Urgency | undefined
}

const blank = { department: '', requested_by: '', clinical_note: '', closed_reason: '' }

/** Files and fields as a multipart form; the browser adds the boundary. */
function multipart(sent: Sent): FormData {
  const form = new FormData()
  for (const file of sent.file) form.append('file', file, file.name)
  for (const name of ['order_id', 'patient_id', 'urgency'] as const) {
    const value = sent[name]
    if (value) form.append(name, value)
  }
  return form
}

export function useRegisterOrder() {
  const cache = useQueryClient()
  return useMutation({
    mutationFn: (order: NewOrder) => answer<Order>(client.POST('/api/v1/ecg/orders', { body: { ...blank, ...order } })),
    onSuccess: () => cache.invalidateQueries({ queryKey: ['ecg', 'orders'] }),
  })
}

export const previewImport = (files: readonly File[], signal?: AbortSignal) =>
  answer<ImportPreview>(
    client.POST('/api/v1/ecg/imports/preview', {
      body: { file: [] },
      bodySerializer: () => multipart({ file: [...files] }),
      ...(signal ? { signal } : {}),
    }),
  )

export function useSendImport() {
  const cache = useQueryClient()
  return useMutation({
    mutationFn: (send: { files: readonly File[]; orderId?: string; patientId?: string; urgency?: Urgency }) =>
      answer<ImportResult>(
        client.POST('/api/v1/ecg/imports', {
          body: {
            file: [],
            urgency: send.urgency ?? 'outpatient',
            department: '',
            requested_by: '',
            clinical_note: '',
          },
          bodySerializer: () =>
            multipart({
              file: [...send.files],
              order_id: send.orderId,
              patient_id: send.patientId,
              urgency: send.urgency,
            }),
        }),
      ),
    onSuccess: () => cache.invalidateQueries({ queryKey: ['ecg'] }),
  })
}
