// Names of the reading room's answers: comparison, calipers, own boundaries, blind second readings, workload.
import type { Conclusion } from './ecg-types.ts'
import type { Narrow, Schemas, Sex } from './types.ts'

export interface MedianBody {
  leads: string[]
  fs_hz: number
  uv: number[][]
  boundaries: Record<string, number | null>
}

type Side = Omit<Schemas['SideOut'], 'median'> & { median: MedianBody | null }
export type SerialComparison = Omit<Schemas['SerialComparisonOut'], 'now' | 'earlier'> & { now: Side; earlier: Side }
export type SavedCaliper = Schemas['CaliperIn']
export type SavedMarking = Schemas['MarkingOut']
export type Boundaries = Schemas['BoundariesIn']
export type Colleague = Schemas['ColleagueOut']
export type Contradiction = Schemas['ContradictionOut']
export type BlindReview = Narrow<Schemas['BlindReviewOut'], { sex: Sex }>
export type BlindReviewDetail = Narrow<
  Schemas['BlindReviewDetail'],
  { sex: Sex; measurements: Record<string, number | boolean | null>; beats: { samples?: number[]; classes?: string[] } }
>
export type SecondReading = Omit<Schemas['SecondReadingIn'], 'conclusion'> & { conclusion: Conclusion[] }
export type QualitySample = Schemas['QualitySampleOut']
export type Workload = Schemas['WorkloadOut']
export type ReaderFigures = Schemas['ReaderFiguresOut']
export type WorkRow = Schemas['WorkRowOut']
