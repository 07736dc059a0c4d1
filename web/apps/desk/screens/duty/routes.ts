// Duty: rosters, swaps, attendance, team, check calls, shares.
import type { RouteRecordRaw } from 'vue-router'
import { t } from '../../text/duty.ts'

const right = 'duty.roster.view'

export const dutyRoutes: RouteRecordRaw[] = [
  {
    path: 'duty',
    component: () => import('./DutyScreen.vue'),
    meta: { title: () => t.tabs.rosters, right, wide: true },
  },
  {
    path: 'duty/swaps',
    component: () => import('./SwapScreen.vue'),
    meta: { title: () => t.tabs.swaps, right },
  },
  {
    path: 'duty/attendance',
    component: () => import('./AttendanceScreen.vue'),
    meta: { title: () => t.tabs.attendance, right },
  },
  { path: 'duty/team', component: () => import('./TeamScreen.vue'), meta: { title: () => t.tabs.team, right } },
  { path: 'duty/calls', component: () => import('./CheckCallScreen.vue'), meta: { title: () => t.tabs.calls, right } },
  { path: 'duty/shares', component: () => import('./ShareScreen.vue'), meta: { title: () => t.tabs.shares, right } },
]
