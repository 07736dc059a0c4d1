// Live ECG sessions: which run, how one stands, what can be done with it.
import { useMutation, useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed } from 'vue'
import { answer, client, ifMatch } from '../client.ts'
import { useCursorList, type CursorPage } from '../query.ts'
import type { Narrow, Schemas, Sex } from '../types.ts'

type LivePatient = Narrow<Schemas['PatientOut'], { sex: Sex }>
export type LiveSession = Narrow<Schemas['LiveSessionOut'], { patient: LivePatient }>
export type LiveSessionDetail = Narrow<Schemas['LiveSessionDetail'], { patient: LivePatient }>
export type LiveLimits = Schemas['LimitsOut']
export type LiveAlarmRow = Schemas['LiveAlarmOut']
export type LiveLimitChange = Schemas['LimitsIn']

const sessionPath = (id: string) => ({ path: { session_id: id } })

/** The sessions that run, the newest first; the events of the server keep them fresh. */
export function useRunningLive(enabled: () => boolean = () => true) {
  return useQuery({
    queryKey: ['ecg', 'live', 'running'],
    queryFn: async ({ signal }) => {
      const query = { state: 'running', limit: 100 }
      return (
        await answer<CursorPage<LiveSession>>(client.GET('/api/v1/ecg/live/sessions', { params: { query }, signal }))
      ).items
    },
    enabled,
    refetchInterval: 30_000,
  })
}

export function useEndedLive(search: () => string) {
  return useCursorList<LiveSession>(
    () => ['ecg', 'live', 'ended', search()],
    (cursor, signal) => {
      const query = { state: 'ended', search: search(), limit: 50, ...(cursor ? { cursor } : {}) }
      return answer<CursorPage<LiveSession>>(client.GET('/api/v1/ecg/live/sessions', { params: { query }, signal }))
    },
  )
}

export function useLiveSession(id: () => string) {
  return useQuery({
    queryKey: computed(() => ['ecg', 'live', 'session', id()]),
    queryFn: ({ signal }) =>
      answer<LiveSessionDetail>(
        client.GET('/api/v1/ecg/live/sessions/{session_id}', { params: sessionPath(id()), signal }),
      ),
  })
}

export function useLiveAlarms(id: () => string) {
  return useQuery({
    queryKey: computed(() => ['ecg', 'live', 'alarms', id()]),
    queryFn: async ({ signal }) => {
      const query = { session_id: id(), limit: 100 }
      return (
        await answer<CursorPage<LiveAlarmRow>>(client.GET('/api/v1/ecg/live/alarms', { params: { query }, signal }))
      ).items
    },
  })
}

/** Stored or current frames of a session, `first` to before `end`, as the server keeps them. */
export const readLiveFrames = (id: string, first: number, end: number, signal?: AbortSignal) =>
  answer<ArrayBuffer>(
    client.GET('/api/v1/ecg/live/sessions/{session_id}/frames', {
      params: { ...sessionPath(id), query: { first, end } },
      parseAs: 'arrayBuffer',
      ...(signal ? { signal } : {}),
    }),
  )

export type LiveAct =
  | { verb: 'acknowledge'; alarm: string }
  | { verb: 'freeze'; endIndex: number | null }
  | { verb: 'end' }
  | { verb: 'limits'; limits: LiveLimitChange; version: number }

function actOn(id: string, act: LiveAct): Promise<unknown> {
  const params = sessionPath(id)
  switch (act.verb) {
    case 'acknowledge':
      return answer(
        client.POST('/api/v1/ecg/live/alarms/{alarm_id}/acknowledge', { params: { path: { alarm_id: act.alarm } } }),
      )
    case 'freeze':
      return answer(
        client.POST('/api/v1/ecg/live/sessions/{session_id}/freeze', { params, body: { end_index: act.endIndex } }),
      )
    case 'end':
      return answer(client.POST('/api/v1/ecg/live/sessions/{session_id}/end', { params }))
    case 'limits':
      return answer(
        client.PUT('/api/v1/ecg/live/sessions/{session_id}/limits', {
          params,
          body: act.limits,
          headers: ifMatch(act.version),
        }),
      )
  }
}

export function useLiveAct() {
  const cache = useQueryClient()
  return useMutation({
    mutationFn: ({ id, act }: { id: string; act: LiveAct }) => actOn(id, act),
    onSettled: () => cache.invalidateQueries({ queryKey: ['ecg', 'live'] }),
  })
}
