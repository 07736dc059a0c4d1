// One critical value on the alarm panel.
export interface AlarmItem {
  id: string
  title: string
  person: string
  place: string
  foundAt: string
  dueAt: string | null
  taken: boolean
  advisory: boolean
}
