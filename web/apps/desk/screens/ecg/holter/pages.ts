// Pages of the station in the order of their keys.
import { defineAsyncComponent, type Component } from 'vue'
import SummaryPage from './pages/SummaryPage.vue'

export const pageKeys = [
  'summary',
  'templates',
  'lorenz',
  'disclosure',
  'events',
  'find',
  'hours',
  'trends',
  'hrv',
  'rhythm',
  'diary',
  'compare',
  'log',
  'report',
] as const
export type PageKey = (typeof pageKeys)[number]

/** Digit that opens a page; the last ones have letters of their own. */
export const keyOfPage: Readonly<Record<PageKey, string>> = {
  summary: '1',
  templates: '2',
  lorenz: '3',
  disclosure: '4',
  events: '5',
  find: '6',
  hours: '7',
  trends: '8',
  hrv: '9',
  rhythm: '0',
  diary: 'Alt+D',
  compare: 'C',
  log: 'Alt+L',
  report: 'F6',
}

export const pageViews: Readonly<Record<PageKey, Component>> = {
  summary: SummaryPage,
  templates: defineAsyncComponent(() => import('./pages/TemplatesPage.vue')),
  lorenz: defineAsyncComponent(() => import('./pages/ScatterPage.vue')),
  disclosure: defineAsyncComponent(() => import('./pages/DisclosurePage.vue')),
  events: defineAsyncComponent(() => import('./pages/EventsPage.vue')),
  find: defineAsyncComponent(() => import('./pages/FindPage.vue')),
  hours: defineAsyncComponent(() => import('./pages/HoursPage.vue')),
  trends: defineAsyncComponent(() => import('./pages/TrendsPage.vue')),
  hrv: defineAsyncComponent(() => import('./pages/VariabilityPage.vue')),
  rhythm: defineAsyncComponent(() => import('./pages/RhythmPage.vue')),
  diary: defineAsyncComponent(() => import('./pages/DiaryPage.vue')),
  compare: defineAsyncComponent(() => import('./pages/ComparePage.vue')),
  log: defineAsyncComponent(() => import('./pages/LogPage.vue')),
  report: defineAsyncComponent(() => import('./pages/ReportPage.vue')),
}
