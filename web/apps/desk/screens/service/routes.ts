// Service desk.
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
]
