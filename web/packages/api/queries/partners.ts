// Systems outside the house: carts, archives, hospital systems, and what was sent to them.
import { useMutation, useQueryClient } from '@tanstack/vue-query'
import { answer, client } from '../client.ts'
import { useCursorList, type CursorPage } from '../query.ts'
import type { Schemas } from '../types.ts'

export type Partner = Schemas['PartnerOut']
export type PartnerDraft = Schemas['PartnerIn']
export type NewPartner = Schemas['NewPartnerIn']
export type Sending = Schemas['SendingOut']
export type SendingState = '' | 'waiting' | 'sent' | 'refused' | 'failed'

const key = ['partners']

export function usePartners(search: () => string) {
  return useCursorList<Partner>(
    () => [...key, 'list', search()],
    (cursor, signal) =>
      answer<CursorPage<Partner>>(
        client.GET('/api/v1/partners/partners', { params: { query: { search: search(), cursor } }, signal }),
      ),
  )
}

export function useSendings(wanted: () => { partner: string; state: SendingState; search: string }) {
  return useCursorList<Sending>(
    () => [...key, 'sendings', wanted()],
    (cursor, signal) => {
      const { partner, state, search } = wanted()
      const query = { partner_id: partner || null, state, search, cursor }
      return answer<CursorPage<Sending>>(client.GET('/api/v1/partners/sendings', { params: { query }, signal }))
    },
  )
}

export function usePartnerSaved() {
  const cache = useQueryClient()
  return useMutation({
    mutationFn: ({ partner, body }: { partner: Partner | null; body: NewPartner }) =>
      answer<Partner>(
        partner
          ? client.PUT('/api/v1/partners/partners/{partner_id}', {
              params: { path: { partner_id: partner.id } },
              headers: { 'If-Match': `"${partner.version}"` },
              body,
            })
          : client.POST('/api/v1/partners/partners', { body }),
      ),
    onSuccess: () => cache.invalidateQueries({ queryKey: key }),
  })
}

export const probePartner = (id: string) =>
  answer<Schemas['ProbeOut']>(
    client.POST('/api/v1/partners/partners/{partner_id}/probe', { params: { path: { partner_id: id } } }),
  )

export function useSentAgain() {
  const cache = useQueryClient()
  return useMutation({
    mutationFn: (id: string) =>
      answer<Sending>(
        client.POST('/api/v1/partners/sendings/{sending_id}/again', { params: { path: { sending_id: id } } }),
      ),
    onSettled: () => cache.invalidateQueries({ queryKey: key }),
  })
}
