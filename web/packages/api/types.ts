// Names of the server's answers as the screens use them: access, jobs, audit, messages, registry, site.

export interface Post {
  title: string
  department: string
}

export interface Me {
  account_id: string
  kind: 'staff' | 'resident' | 'device'
  name: string
  login: string
  locale: string
  preferences: Record<string, unknown>
  home: { id: string; code: string; name: string; path: string }
  rights: Record<string, string[]>
  person_id: string | null
  post: Post | null
  session: { opened_at: string; expires_at: string; locked: boolean }
}

export interface Account {
  id: string
  login: string
  name: string
  home: { code: string; name: string }
  active: boolean
  roles: Array<{ code: string; name: string; unit: string }>
}

export interface Role {
  code: string
  name: string
  rights: string[]
}

export type JobState = 'waiting' | 'running' | 'done' | 'failed' | 'cancelled'

export interface Job {
  id: string
  kind: string
  state: JobState
  done: number
  total: number | null
  note: string
  attempts: number
  error: string
  asked_by: string | null
  created_at: string
  started_at: string | null
  ended_at: string | null
}

export interface AuditLine {
  id: string
  at: string
  action: string
  actor_kind: string
  actor_name: string
  subject_kind: string
  subject_id: string | null
  person_id: string | null
  old: unknown
  new: unknown
  reason: string
  address: string
  client: string
}

export interface Message {
  id: string
  at: string
  topic: string
  title_key: string
  facts: Record<string, unknown>
  link: { kind: string; id: string } | null
  read_at: string | null
}

export type OrganizationKind = 'bureau' | 'hospital' | 'township' | 'village' | 'department' | 'station'

export interface OrganizationNode {
  id: string
  code: string
  name: string
  kind: OrganizationKind
  level: string | null
  town: { code: string; name: string } | null
  path: string
  children: OrganizationNode[]
}

export interface Organization extends Omit<OrganizationNode, 'children'> {
  address: string
  phone_masked: string
  staff_count: number
  devices_count: number
}

export interface StaffPerson {
  id: string
  number: string
  name: string
  sex: Sex
  title: string
  posts: Array<{ unit: { id: string; name: string }; post: string; since: string; until: string | null }>
  account: { login: string; active: boolean } | null
}

export type Sex = 'M' | 'F' | 'unknown'

export interface Resident {
  id: string
  name: string
  sex: Sex
  birth_date: string | null
  age_years: number | null
  id_number_masked: string
  phone_masked: string
  town: { code: string; name: string } | null
  village: string
  kind: 'resident' | 'temporary'
  deceased: boolean
}

export interface ResidentPage extends Resident {
  address_masked: string
  register_unit: { id: string; name: string } | null
  ecg_count: number
  version: number
}

export interface NewResident {
  name: string
  sex: Sex
  birth_date?: string
  id_number?: string
  phone?: string
  address?: string
  kind: 'resident' | 'temporary'
}

export type RevealField = 'id_number' | 'phone' | 'address'

export interface SearchItem {
  id: string
  title: string
  subtitle: string
  link: { kind: string; id: string }
}

export interface SearchGroup {
  kind: 'resident' | 'staff' | 'organization' | 'ecg_order'
  items: SearchItem[]
}

export interface DemoLogin {
  role: string
  login: string
  password: string
  client: string
  path: string
}

export interface SiteInfo {
  name: string
  version: string
  demo: boolean
  demo_logins?: DemoLogin[]
}
