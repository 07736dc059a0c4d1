// Service desk.
import type { RouteRecordRaw } from 'vue-router'
import { t as titles } from '../../text/titles.ts'

const raise = 'servicedesk.ticket.raise'

export const serviceRoutes: RouteRecordRaw[] = [
  {
    path: 'service',
    component: () => import('./QueueScreen.vue'),
    meta: { title: () => titles.queue, right: raise },
  },
  {
    path: 'service/demands',
    component: () => import('./DemandsScreen.vue'),
    meta: { title: () => titles.demands, right: raise },
  },
  {
    path: 'service/controlled',
    component: () => import('./ControlledScreen.vue'),
    meta: { title: () => titles.controlled, right: raise },
  },
  {
    path: 'service/knowledge',
    component: () => import('./KnowledgeScreen.vue'),
    meta: { title: () => titles.knowledge, right: raise },
  },
  {
    path: 'service/knowledge/:id',
    props: true,
    component: () => import('./ArticleScreen.vue'),
    meta: { title: () => titles.article, right: raise },
  },
  {
    path: 'service/problems',
    component: () => import('./ProblemsScreen.vue'),
    meta: { title: () => titles.problems, right: 'servicedesk.article.write' },
  },
  {
    path: 'service/figures',
    component: () => import('./FiguresScreen.vue'),
    meta: { title: () => titles.figures, right: 'servicedesk.figures.view' },
  },
  {
    path: 'service/reports',
    component: () => import('./ReportsScreen.vue'),
    meta: { title: () => titles.reports, right: 'servicedesk.figures.view' },
  },
  {
    path: 'service/wall',
    component: () => import('./WallScreen.vue'),
    meta: { title: () => titles.wall, right: 'servicedesk.figures.view' },
  },
  {
    path: 'service/:id',
    props: true,
    component: () => import('./TicketScreen.vue'),
    meta: { title: () => titles.ticket, right: raise },
  },
]
