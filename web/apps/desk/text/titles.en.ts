// English titles of menu entries and pages.
import type zhCN from './titles.zh-CN.ts'

const en: typeof zhCN = {
  service: 'Service',
  queue: 'Service desk',
  demands: 'Demands',
  controlled: 'Controlled requests',
  knowledge: 'Knowledge base',
  article: 'Article',
  problems: 'Problems',
  figures: 'Service figures',
  reports: 'Monthly reports',
  wall: 'Wall',
  contract: 'Service contract',
  duty: 'Duty and attendance',
  ticket: 'Ticket',
  rosters: 'Rosters',
  swaps: 'Swaps',
  attendance: 'Attendance',
  team: 'Team and numbers',
  calls: 'Check calls',
  shares: 'Fair share',
  live: 'Live ECG',
  consultations: 'Expert consultations',
  pairs: 'Possible duplicates',
  pair: 'Comparison',
  partners: 'Outside systems',
  rules: 'Rule versions',
  insight: 'Figures',
  shelf: 'Reports',
  report: 'Report',
  design: 'Report designer',
  supervision: 'Supervision',
  map: 'Map',
  indicators: 'Indicators',
}

export default en
