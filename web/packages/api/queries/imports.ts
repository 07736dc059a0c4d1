// The acquisition point: register an order, look into files before sending, send them.
import { useMutation, useQueryClient } from '@tanstack/vue-query'
import { api } from '../client.ts'
import type { ImportPreview, ImportResult, Order, Urgency } from '../ecg-types.ts'

export interface NewOrder {
  patient_id: string
  urgency: Urgency
  department?: string
  requested_by?: string
  clinical_note?: string
  kind: 'resting'
}

function formOf(files: readonly File[], fields: Record<string, string | undefined> = {}): FormData {
  const form = new FormData()
  for (const file of files) form.append('file', file, file.name)
  for (const [name, value] of Object.entries(fields)) if (value) form.append(name, value)
  return form
}

export function useRegisterOrder() {
  const cache = useQueryClient()
  return useMutation({
    mutationFn: (order: NewOrder) => api.post<Order>('/ecg/orders', { body: order }),
    onSuccess: () => cache.invalidateQueries({ queryKey: ['ecg', 'orders'] }),
  })
}

export const previewImport = (files: readonly File[], signal?: AbortSignal) =>
  api.post<ImportPreview>('/ecg/imports/preview', { body: formOf(files), signal })

export function useSendImport() {
  const cache = useQueryClient()
  return useMutation({
    mutationFn: (send: { files: readonly File[]; orderId?: string; patientId?: string; urgency?: Urgency }) =>
      api.post<ImportResult>('/ecg/imports', {
        body: formOf(send.files, { order_id: send.orderId, patient_id: send.patientId, urgency: send.urgency }),
      }),
    onSuccess: () => cache.invalidateQueries({ queryKey: ['ecg'] }),
  })
}
