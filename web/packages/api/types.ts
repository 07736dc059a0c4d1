// Names of the server's answers as the screens use them. Fields come from the generated schema, so that a change of the
// server does not compile here; closed lists that the schema gives as plain text are narrowed.
import type { components } from './schema.d.ts'

export type Schemas = components['schemas']

/** Replace some fields of a schema by narrower ones. */
export type Narrow<T, Changes extends { [K in keyof Changes]: K extends keyof T ? unknown : never }> = Omit<
  T,
  keyof Changes
> &
  Changes

export type Sex = 'M' | 'F' | 'unknown'
export type Locale = 'zh-CN' | 'en'

export type Me = Narrow<Schemas['Me'], { kind: 'staff' | 'resident' | 'device' }>
export type Role = Schemas['RoleOut']

export type Account = Schemas['AccountRow']

export type JobState = 'waiting' | 'running' | 'done' | 'failed' | 'cancelled'
export type Job = Narrow<Schemas['JobOut'], { state: JobState }>
export type AuditLine = Narrow<Schemas['AuditLineOut'], { old: unknown; new: unknown }>
export type Message = Narrow<Schemas['MessageOut'], { facts: Record<string, unknown> }>

export type OrganizationKind = Schemas['OrganizationKind']
export type OrganizationNode = Narrow<Schemas['TreeNode'], { children: OrganizationNode[]; kind: OrganizationKind }>
export type Organization = Narrow<Schemas['OrganizationPage'], { kind: OrganizationKind }>

export type StaffPerson = Narrow<Schemas['MemberOut'], { sex: Sex }>

type PersonKind = 'resident' | 'temporary'
export type Resident = Narrow<Schemas['ResidentOut'], { sex: Sex; kind: PersonKind }>
export type ResidentPage = Narrow<Schemas['ResidentPage'], { sex: Sex; kind: PersonKind }>

export interface NewResident {
  name: string
  sex: Sex
  birth_date?: string
  id_number?: string
  phone?: string
  address?: string
  kind: PersonKind
}

export type RevealField = 'id_number' | 'phone' | 'address'
export type SearchGroup = Schemas['GroupOut']
export type SearchItem = Schemas['ItemOut']
export type DemoLogin = Schemas['LoginOut']
export type SiteInfo = Schemas['InfoOut']
