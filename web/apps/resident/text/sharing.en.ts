// English texts of sharing and trends.
import type zhCN from './sharing.zh-CN.ts'

const en: typeof zhCN = {
  share: {
    act: 'Share with a doctor',
    title: 'Share this report',
    lead: 'No account needed: by QR code, or by typing the code on the page, this one report opens and can be checked.',
    hours: 'For how long',
    periods: { 1: '1 hour', 24: '1 day', 168: '7 days' },
    label: 'For whom (optional)',
    labelHint: 'such as: Dr Zhou, City Hospital',
    make: 'Make a code',
    code: 'Share code',
    until: (at) => `open until ${at}, for five looks`,
    once: 'The code is shown this once. Make another when needed; take any back at any time.',
    picture: 'QR code of the share',
    copy: 'Copy the address',
    done: 'Done',
  },
  shares: {
    title: 'What I share',
    note: 'Who looked is also among those who saw your record.',
    empty: 'Nothing shared yet. Open a report and press “Share with a doctor”.',
    states: { open: 'Open', ended: 'Ended', used: 'Used up', revoked: 'Taken back' },
    noLabel: 'for nobody in particular',
    looks: (n, last) => (n === 0 ? 'Nobody has looked' : `${n} looks, the last ${last}`),
    end: 'Take back',
    ended: 'Taken back; it opens nothing any more',
    report: 'See the report',
  },
  trend: {
    title: 'How it went',
    lead: 'Values of your published reports. The grey band is the usual range of adults, for orientation only.',
    empty: 'With two reports or more, this shows how your values went',
    names: { heart_rate: 'Heart rate', pr_ms: 'PR interval', qrs_ms: 'QRS duration', qtc_ms: 'QTc' },
    units: { heart_rate: '/min', pr_ms: 'ms', qrs_ms: 'ms', qtc_ms: 'ms' },
    plain: {
      heart_rate: 'how often the heart beats in a minute',
      pr_ms: 'how long the signal takes from the atria to the ventricles',
      qrs_ms: 'how long the ventricles take to fire',
      qtc_ms: 'how long the ventricles take to recover (corrected for the rate)',
    },
    courses: {
      unknown: 'Not in your reports',
      single: 'One value only, nothing to compare',
      steady: 'Much as before',
      rose: 'Higher than before',
      fell: 'Lower than before',
    },
    places: {
      below: 'below the usual range',
      within: 'within the usual range',
      above: 'above the usual range',
      '': '',
    },
    usual: (value) => `before mostly ${value}`,
    ask: 'A change is no illness. Ask your doctor; with chest pain or fainting call 120 at once.',
    table: 'As a table',
    date: 'Date',
    value: 'Value',
    see: 'How it went',
  },
}

export default en
