// Residents, organizations, staff and the one search box.
import { useMutation, useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed } from 'vue'
import { api } from '../client.ts'
import { staleTimes, useCursorList } from '../query.ts'
import type {
  NewResident,
  Organization,
  OrganizationNode,
  Resident,
  ResidentPage,
  RevealField,
  SearchGroup,
  StaffPerson,
} from '../types.ts'

export function useResidents(search: () => string, enabled: () => boolean = () => true) {
  return useCursorList<Resident>(['residents', 'people'], '/residents/people', () => ({ search: search() }), {
    enabled,
  })
}

export function useResident(id: () => string) {
  return useQuery({
    queryKey: computed(() => ['residents', 'person', id()]),
    queryFn: ({ signal }) => api.get<ResidentPage>(`/residents/people/${id()}`, { signal }),
    enabled: () => id() !== '',
  })
}

export function useCreateResident() {
  const cache = useQueryClient()
  return useMutation({
    mutationFn: (person: NewResident) => api.post<ResidentPage>('/residents/people', { body: person }),
    onSuccess: () => cache.invalidateQueries({ queryKey: ['residents', 'people'] }),
  })
}

/** Unmasked fields, with the reason that goes into the audit. */
export function revealResident(id: string, fields: RevealField[], reason: string) {
  return api.post<Partial<Record<RevealField, string>>>(`/residents/people/${id}/reveal`, { body: { fields, reason } })
}

export function useOrganizationTree() {
  return useQuery({
    queryKey: ['organizations', 'tree'],
    queryFn: ({ signal }) => api.get<OrganizationNode[]>('/organizations/tree', { signal }),
    staleTime: staleTimes.dictionary,
  })
}

export function useOrganization(id: () => string) {
  return useQuery({
    queryKey: computed(() => ['organizations', 'one', id()]),
    queryFn: ({ signal }) => api.get<Organization>(`/organizations/${id()}`, { signal }),
    enabled: () => id() !== '',
    staleTime: staleTimes.dictionary,
  })
}

export function useStaff(query: () => { search: string; unit: string }) {
  return useCursorList<StaffPerson>(['staff', 'people'], '/staff/people', query)
}

export function useSearch(text: () => string, enabled: () => boolean) {
  return useQuery({
    queryKey: computed(() => ['search', 'all', text()]),
    queryFn: ({ signal }) => api.get<{ groups: SearchGroup[] }>('/search', { query: { q: text() }, signal }),
    enabled,
    staleTime: 10_000,
  })
}
