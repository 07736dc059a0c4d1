// Duty: rosters, swaps, attendance, team, check calls, shares.
import type { RouteRecordRaw } from 'vue-router'
import { t as titles } from '../../text/titles.ts'

const right = 'duty.roster.view'

export const dutyRoutes: RouteRecordRaw[] = [
  {
    path: 'duty',
    component: () => import('./DutyScreen.vue'),
    meta: { title: () => titles.rosters, right, wide: true },
  },
  {
    path: 'duty/swaps',
    component: () => import('./SwapScreen.vue'),
    meta: { title: () => titles.swaps, right },
  },
  {
    path: 'duty/attendance',
    component: () => import('./AttendanceScreen.vue'),
    meta: { title: () => titles.attendance, right },
  },
  { path: 'duty/team', component: () => import('./TeamScreen.vue'), meta: { title: () => titles.team, right } },
  { path: 'duty/calls', component: () => import('./CheckCallScreen.vue'), meta: { title: () => titles.calls, right } },
  { path: 'duty/shares', component: () => import('./ShareScreen.vue'), meta: { title: () => titles.shares, right } },
]
