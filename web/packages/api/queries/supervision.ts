// Supervision: definitions, figures, their parts and rows; the map, one institution, a day played back; the wall.
import { keepPreviousData, useQuery } from '@tanstack/vue-query'
import { computed } from 'vue'
import { answer, apiUrl, client } from '../client.ts'
import { staleTimes, useCursorList, type CursorPage } from '../query.ts'
import { currentClient } from '../transport.ts'
import type { Schemas } from '../types.ts'

export type Catalogue = Schemas['IndicatorCatalogueOut']
export type Indicator = Schemas['IndicatorOut']
export type Figure = Schemas['IndicatorFigureOut']
export type FigurePart = Schemas['IndicatorPartOut']
export type FigureRow = Schemas['IndicatorRowOut']
export type MapGround = Schemas['MapGroundOut']
export type MapPoint = Schemas['MapPointOut']
export type MapInstitution = Schemas['MapInstitutionOut']
export type CountyWall = Schemas['CountyWallOut']

/** A period and what narrows it; keys that are left out narrow nothing. */
export interface Asked {
  since: string
  until: string
  unit?: string
  town?: string
  device?: string
  doctor?: string
  kind?: string
  urgency?: string
  sex?: string
}

/** What opens: the rows counted, those missed, or all among which is counted; one part narrows them further. */
export interface Drilled extends Asked {
  behind: 'counted' | 'missed' | 'among'
  organization?: string
  age?: string
  disease?: string
  hour?: number
  weekday?: number
}

const figureRefreshMs = 60_000
const mapRefreshMs = 30_000
const wallRefreshMs = 15_000
const path = (indicator: string) => ({ path: { indicator } })

export function useIndicators() {
  return useQuery({
    queryKey: ['supervision', 'indicators'],
    queryFn: ({ signal }) => answer<Catalogue>(client.GET('/api/v1/supervision/indicators', { signal })),
    staleTime: staleTimes.dictionary,
  })
}

export function useFigures(asked: () => Asked | null) {
  return useQuery({
    queryKey: computed(() => ['supervision', 'figures', asked()]),
    queryFn: ({ signal }) =>
      answer<Schemas['IndicatorFiguresOut']>(
        client.GET('/api/v1/supervision/figures', { params: { query: asked() ?? {} }, signal }),
      ),
    enabled: () => asked() !== null,
    placeholderData: keepPreviousData,
    refetchInterval: figureRefreshMs,
  })
}

export function useParts(indicator: () => string, asked: () => Asked | null, by: () => string, also: () => string) {
  return useQuery({
    queryKey: computed(() => ['supervision', 'parts', indicator(), asked(), by(), also()]),
    queryFn: ({ signal }) =>
      answer<Schemas['IndicatorSplitOut']>(
        client.GET('/api/v1/supervision/figures/{indicator}/parts', {
          params: { ...path(indicator()), query: { ...asked(), by: by(), also: also() } },
          signal,
        }),
      ),
    enabled: () => asked() !== null,
  })
}

export function useFigureRows(indicator: () => string, drilled: () => Drilled | null) {
  return useCursorList<FigureRow>(
    () => ['supervision', 'rows', indicator(), drilled()],
    (cursor, signal) =>
      answer<CursorPage<FigureRow>>(
        client.GET('/api/v1/supervision/figures/{indicator}/rows', {
          params: { ...path(indicator()), query: { ...drilled(), ...(cursor ? { cursor } : {}) } },
          signal,
        }),
      ),
    { enabled: () => drilled() !== null },
  )
}

export function useFigureThings(indicator: () => string, drilled: () => Drilled | null) {
  return useQuery({
    queryKey: computed(() => ['supervision', 'things', indicator(), drilled()]),
    queryFn: ({ signal }) =>
      answer<Schemas['IndicatorThingOut'][]>(
        client.GET('/api/v1/supervision/figures/{indicator}/things', {
          params: { ...path(indicator()), query: drilled() ?? {} },
          signal,
        }),
      ),
    enabled: () => drilled() !== null,
  })
}

const plain = (asked: object) =>
  Object.fromEntries(Object.entries(asked).flatMap(([key, value]) => (value === '' ? [] : [[key, String(value)]])))

export const figuresUrl = (form: 'xlsx' | 'pdf', asked: Asked) =>
  apiUrl(`/supervision/figures.${form}`, { ...plain(asked), client: currentClient() })

export const partsUrl = (indicator: string, asked: Asked, by: string, also: string) =>
  apiUrl(`/supervision/figures/${indicator}/parts.xlsx`, { ...plain(asked), by, also, client: currentClient() })

export const rowsUrl = (indicator: string, drilled: Drilled) =>
  apiUrl(`/supervision/figures/${indicator}/rows.xlsx`, { ...plain(drilled), client: currentClient() })

export function useMapGround() {
  return useQuery({
    queryKey: ['supervision', 'ground'],
    queryFn: ({ signal }) => answer<MapGround>(client.GET('/api/v1/supervision/map/ground', { signal })),
    staleTime: staleTimes.signed,
  })
}

export function useMapPoints() {
  return useQuery({
    queryKey: ['supervision', 'map'],
    queryFn: ({ signal }) => answer<Schemas['CountyMapOut']>(client.GET('/api/v1/supervision/map', { signal })),
    refetchInterval: mapRefreshMs,
    refetchIntervalInBackground: true,
  })
}

export function useMapDay(day: () => string) {
  return useQuery({
    queryKey: computed(() => ['supervision', 'day', day()]),
    queryFn: ({ signal }) =>
      answer<Schemas['MapDayOut']>(
        client.GET('/api/v1/supervision/map/days/{day}', { params: { path: { day: day() } }, signal }),
      ),
    enabled: () => day() !== '',
  })
}

export function useMapInstitution(id: () => string) {
  return useQuery({
    queryKey: computed(() => ['supervision', 'map', 'institution', id()]),
    queryFn: ({ signal }) =>
      answer<MapInstitution>(
        client.GET('/api/v1/supervision/map/institutions/{organization_id}', {
          params: { path: { organization_id: id() } },
          signal,
        }),
      ),
    enabled: () => id() !== '',
  })
}

export function useCountyWall() {
  return useQuery({
    queryKey: ['supervision', 'wall'],
    queryFn: ({ signal }) => answer<CountyWall>(client.GET('/api/v1/supervision/wall', { signal })),
    refetchInterval: wallRefreshMs,
    refetchIntervalInBackground: true,
  })
}
