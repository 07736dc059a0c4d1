// Answers about people beyond the list: duplicates, merges, families, consents, standing.
import type { Narrow, Resident, ResidentPage, Schemas } from './types.ts'

export type Pair = Narrow<Schemas['PairOut'], { first: Resident; second: Resident }>
export type PairState = Schemas['PairState']
export type Comparison = Narrow<Schemas['ComparisonOut'], { pair: Pair; first: ResidentPage; second: ResidentPage }>
export type ComparedField = Schemas['ComparedFieldOut']
export type PairColleague = Schemas['PairAssigneeOut']
export type HouseholdJoinAsked = Schemas['JoinAsked']
export type Merge = Schemas['MergeOut']
export type MergePage = Schemas['MergePage']
export type MergeAsked = Schemas['MergeAsked']
export type PersonFamily = Schemas['PersonFamilyOut']
export type FamilyLink = Schemas['FamilyLinkOut']
export type FamilyLinkAsked = Schemas['FamilyLinkAsked']
export type Consents = Schemas['ConsentsOut']
export type ConsentAsked = Schemas['ConsentAsked']
export type PersonHistory = Schemas['PersonHistoryOut']
export type PersonCloseAsked = Schemas['PersonCloseAsked']
export type RegisterMoveAsked = Schemas['RegisterMoveAsked']
export type MyFamily = Schemas['MyFamilyOut']
export type LookedAfter = Schemas['LookedAfterOut']
