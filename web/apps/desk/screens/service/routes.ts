// Service desk, contract and duty.
import type { RouteRecordRaw } from 'vue-router'
import { t } from '../../text/service.ts'

export const serviceRoutes: RouteRecordRaw[] = [
  {
    path: 'service',
    component: () => import('./QueueScreen.vue'),
    meta: { title: () => t.menu.queue, right: 'servicedesk.ticket.raise' },
  },
  {
    path: 'service/:id',
    props: true,
    component: () => import('./TicketScreen.vue'),
    meta: { title: () => t.ticket.one, right: 'servicedesk.ticket.raise' },
  },
  {
    path: 'contract',
    component: () => import('../contracts/ContractScreen.vue'),
    meta: { title: () => t.menu.contract, right: 'contracts.contract.view' },
  },
  {
    path: 'duty',
    component: () => import('../duty/DutyScreen.vue'),
    meta: { title: () => t.menu.duty, right: 'duty.roster.view' },
  },
]
