// Reports and their designer.
import type { RouteRecordRaw } from 'vue-router'
import { t as titles } from '../../text/titles.ts'

const view = 'reports.report.view'

export const reportRoutes: RouteRecordRaw[] = [
  {
    path: 'reports',
    component: () => import('./ReportsScreen.vue'),
    meta: { title: () => titles.shelf, right: view },
  },
  {
    path: 'reports/design',
    component: () => import('./DesignerScreen.vue'),
    meta: { title: () => titles.design, right: 'reports.report.design', wide: true },
  },
  {
    path: 'reports/:id',
    props: true,
    component: () => import('./ReportScreen.vue'),
    meta: { title: () => titles.report, right: view },
  },
]
