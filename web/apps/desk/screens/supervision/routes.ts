// Supervision: the map, the indicators, one indicator in its parts.
import type { RouteRecordRaw } from 'vue-router'
import { t as titles } from '../../text/titles.ts'

const right = 'supervision.figures.view'

export const supervisionRoutes: RouteRecordRaw[] = [
  {
    path: 'supervision/map',
    component: () => import('./MapScreen.vue'),
    meta: { title: () => titles.map, right, wide: true },
  },
  {
    path: 'supervision/indicators',
    component: () => import('./IndicatorsScreen.vue'),
    meta: { title: () => titles.indicators, right },
  },
  {
    path: 'supervision/indicators/:indicator',
    props: true,
    component: () => import('./IndicatorScreen.vue'),
    meta: { title: () => titles.indicators, right },
  },
]
