// English texts of the wall.
import type zhCN from './zh-CN.ts'

const en: typeof zhCN = {
  title: 'ECG supervision of the county',
  signIn: {
    lead: 'Sign in with an account of supervision or of the wall',
    demo: 'Demo account',
    refused: 'This account has no right to see the figures of supervision.',
  },
  today: 'Recorded today',
  published: 'Published',
  queue: 'Waiting',
  overdue: 'Overdue',
  critical: 'Critical open',
  inTime: 'In time',
  image: 'Acceptable traces',
  online: 'Points online',
  of: (part, whole) => `${part} / ${whole}`,
  ranking: 'Most ECGs today',
  noRanking: 'Nothing was recorded today yet.',
  curve: 'ECGs by hour',
  curveToday: 'today',
  curveBefore: 'yesterday',
  map: 'Schematic map',
  live: 'Live ECGs',
  noLive: 'No live ECG runs now.',
  liveHidden: (count) => `${count} live ECGs run; this account shows no traces.`,
  perMinute: '/min',
  states: { open: 'waiting for the signal', live: '', interrupted: 'interrupted', ended: 'ended' },
  delayed: (time) => `Data are delayed, last update ${time}`,
  lost: 'The network is broken, connecting again',
  hidden: 'No new data for more than 5 minutes: the numbers are hidden.',
  full: 'Full screen',
  leave: 'Sign out',
  unknown: '—',
}

export default en
