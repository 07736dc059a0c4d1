// System area: accounts, audit, jobs, messages, settings.
import type { RouteRecordRaw } from 'vue-router'
import { t } from '../../text/index.ts'

export const systemRoutes: RouteRecordRaw[] = [
  {
    path: 'accounts',
    component: () => import('../staff/AccountsScreen.vue'),
    meta: { title: () => t.accounts.title, right: 'access.account.view' },
  },
  {
    path: 'audit',
    component: () => import('../audit/AuditScreen.vue'),
    meta: { title: () => t.audit.title, right: 'audit.line.view' },
  },
  {
    path: 'jobs',
    component: () => import('../jobs/JobsScreen.vue'),
    meta: { title: () => t.jobs.title, right: 'jobs.job.view' },
  },
  {
    path: 'messages',
    component: () => import('../messages/MessagesScreen.vue'),
    meta: { title: () => t.messages.title },
  },
  { path: 'settings', component: () => import('./SettingsScreen.vue'), meta: { title: () => t.settings.title } },
]
