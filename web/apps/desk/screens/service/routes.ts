// Service desk.
import type { RouteRecordRaw } from 'vue-router'
import { t } from '../../text/service.ts'

const raise = 'servicedesk.ticket.raise'

export const serviceRoutes: RouteRecordRaw[] = [
  {
    path: 'service',
    component: () => import('./QueueScreen.vue'),
    meta: { title: () => t.menu.queue, right: raise },
  },
  {
    path: 'service/demands',
    component: () => import('./DemandsScreen.vue'),
    meta: { title: () => t.menu.demands, right: raise },
  },
  {
    path: 'service/controlled',
    component: () => import('./ControlledScreen.vue'),
    meta: { title: () => t.menu.controlled, right: raise },
  },
  {
    path: 'service/knowledge',
    component: () => import('./KnowledgeScreen.vue'),
    meta: { title: () => t.menu.knowledge, right: raise },
  },
  {
    path: 'service/knowledge/:id',
    props: true,
    component: () => import('./ArticleScreen.vue'),
    meta: { title: () => t.menu.article, right: raise },
  },
  {
    path: 'service/problems',
    component: () => import('./ProblemsScreen.vue'),
    meta: { title: () => t.menu.problems, right: 'servicedesk.article.write' },
  },
  {
    path: 'service/figures',
    component: () => import('./FiguresScreen.vue'),
    meta: { title: () => t.menu.figures, right: 'servicedesk.figures.view' },
  },
  {
    path: 'service/reports',
    component: () => import('./ReportsScreen.vue'),
    meta: { title: () => t.menu.reports, right: 'servicedesk.figures.view' },
  },
  {
    path: 'service/wall',
    component: () => import('./WallScreen.vue'),
    meta: { title: () => t.menu.wall, right: 'servicedesk.figures.view' },
  },
  {
    path: 'service/:id',
    props: true,
    component: () => import('./TicketScreen.vue'),
    meta: { title: () => t.ticket.one, right: raise },
  },
]
