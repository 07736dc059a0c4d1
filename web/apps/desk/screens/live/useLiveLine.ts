// The desk's line to several live ECGs.
import { watchLiveEcg, type LiveEcgMessage, type LiveEcgWish } from '@tianmu/api/liveEcg.ts'
import { useLiveTracks } from '@tianmu/widgets/ecg/live/useLiveTracks.ts'

export type LiveState = Extract<LiveEcgMessage, { type: 'state' }>

export const useLiveLine = (wishes: () => readonly LiveEcgWish[], keptSeconds: number) =>
  useLiveTracks<LiveEcgMessage>(watchLiveEcg, wishes, keptSeconds)
