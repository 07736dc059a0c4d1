// The ECG room: worklist, reading room, critical values, devices.
import type { RouteRecordRaw } from 'vue-router'
import { t } from '../../text/index.ts'
import { t as titles } from '../../text/titles.ts'

const right = 'ecg.order.view'

export const ecgRoutes: RouteRecordRaw[] = [
  {
    path: 'ecg/worklist',
    component: () => import('./EcgWorklistScreen.vue'),
    meta: { title: () => t.menu.worklist, right },
  },
  {
    path: 'ecg/orders/:id',
    props: true,
    component: () => import('./EcgOrderScreen.vue'),
    meta: { title: () => t.groups.ecg_order, right, wide: true },
  },
  {
    path: 'ecg/holter',
    component: () => import('./holter/EcgHoltersScreen.vue'),
    meta: { title: () => t.menu.holter, right },
  },
  {
    path: 'ecg/workload',
    component: () => import('./quality/EcgWorkloadScreen.vue'),
    meta: { title: () => t.menu.workload, right: 'ecg.report.write' },
  },
  {
    path: 'ecg/quality',
    component: () => import('./quality/EcgQualityScreen.vue'),
    meta: { title: () => t.menu.blindReadings, right: 'ecg.report.review' },
  },
  {
    path: 'ecg/quality/:id',
    props: true,
    component: () => import('./quality/EcgBlindReadingScreen.vue'),
    meta: { title: () => t.menu.blindReading, right: 'ecg.report.review', wide: true },
  },
  { path: 'ecg/alerts', component: () => import('./EcgAlertsScreen.vue'), meta: { title: () => t.menu.alerts, right } },
  {
    path: 'ecg/devices',
    component: () => import('./EcgDevicesScreen.vue'),
    meta: { title: () => t.menu.devices, right },
  },
  {
    path: 'ecg/consultations',
    component: () => import('./consultations/EcgConsultationsScreen.vue'),
    meta: { title: () => titles.consultations, right: 'ecg.consultation.view' },
  },
  {
    path: 'ecg/consultations/:id',
    props: true,
    component: () => import('./consultations/EcgConsultationScreen.vue'),
    meta: { title: () => titles.consultations, right: 'ecg.consultation.view', wide: true },
  },
]
