// Live ECG: all streams at a glance, one stream in full.
import type { RouteRecordRaw } from 'vue-router'
import { t as titles } from '../../text/titles.ts'

const right = 'ecg.live.view'

export const liveRoutes: RouteRecordRaw[] = [
  {
    path: 'ecg/live',
    component: () => import('./LiveWallScreen.vue'),
    meta: { title: () => titles.live, right, wide: true },
  },
  {
    path: 'ecg/live/:id',
    props: true,
    component: () => import('./LiveSessionScreen.vue'),
    meta: { title: () => titles.live, right, wide: true },
  },
]
