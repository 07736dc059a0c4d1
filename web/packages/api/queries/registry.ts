// Residents, organizations, staff and the one search box.
import { useMutation, useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed } from 'vue'
import { answer, client } from '../client.ts'
import { staleTimes, useCursorList, type CursorPage } from '../query.ts'
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

export function useResidents(
  search: () => string,
  enabled: () => boolean = () => true,
  closed: () => boolean = () => false,
) {
  return useCursorList<Resident>(
    () => ['residents', 'people', search(), closed()],
    (cursor, signal) =>
      answer<CursorPage<Resident>>(
        client.GET('/api/v1/residents/people', {
          params: { query: { search: search(), closed: closed(), cursor } },
          signal,
        }),
      ),
    { enabled },
  )
}

export function useResident(id: () => string) {
  return useQuery({
    queryKey: computed(() => ['residents', 'person', id()]),
    queryFn: ({ signal }) =>
      answer<ResidentPage>(
        client.GET('/api/v1/residents/people/{resident_id}', { params: { path: { resident_id: id() } }, signal }),
      ),
    enabled: () => id() !== '',
  })
}

export function useCreateResident() {
  const cache = useQueryClient()
  return useMutation({
    mutationFn: (person: NewResident) =>
      answer<ResidentPage>(
        client.POST('/api/v1/residents/people', { body: { town_code: '', village: '', ...person } }),
      ),
    onSuccess: () => cache.invalidateQueries({ queryKey: ['residents', 'people'] }),
  })
}

/** Unmasked fields, with the reason that goes into the audit. */
export function revealResident(id: string, fields: RevealField[], reason: string) {
  return answer<Partial<Record<RevealField, string>>>(
    client.POST('/api/v1/residents/people/{resident_id}/reveal', {
      params: { path: { resident_id: id } },
      body: { fields, reason },
    }),
  )
}

export function useOrganizationTree() {
  return useQuery({
    queryKey: ['organizations', 'tree'],
    queryFn: ({ signal }) => answer<OrganizationNode[]>(client.GET('/api/v1/organizations/tree', { signal })),
    staleTime: staleTimes.dictionary,
  })
}

export function useOrganization(id: () => string) {
  return useQuery({
    queryKey: computed(() => ['organizations', 'one', id()]),
    queryFn: ({ signal }) =>
      answer<Organization>(
        client.GET('/api/v1/organizations/{organization_id}', { params: { path: { organization_id: id() } }, signal }),
      ),
    enabled: () => id() !== '',
    staleTime: staleTimes.dictionary,
  })
}

export function useStaff(query: () => { search: string; unit: string }) {
  return useCursorList<StaffPerson>(
    () => ['staff', 'people', query()],
    (cursor, signal) =>
      answer<CursorPage<StaffPerson>>(
        client.GET('/api/v1/staff/people', { params: { query: { ...query(), cursor } }, signal }),
      ),
  )
}

export function useSearch(text: () => string, enabled: () => boolean) {
  return useQuery({
    queryKey: computed(() => ['search', 'all', text()]),
    queryFn: ({ signal }) =>
      answer<{ groups: SearchGroup[] }>(client.GET('/api/v1/search', { params: { query: { q: text() } }, signal })),
    enabled,
    staleTime: 10_000,
  })
}
