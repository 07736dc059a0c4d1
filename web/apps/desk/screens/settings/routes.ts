// System area: accounts, audit, jobs, messages, settings.
import type { RouteRecordRaw } from 'vue-router'
import { t } from '../../text/index.ts'
import { t as titles } from '../../text/titles.ts'

export const systemRoutes: RouteRecordRaw[] = [
  {
    path: 'accounts',
    component: () => import('../accounts/AccountsScreen.vue'),
    meta: { title: () => t.accounts.title, right: 'access.account.view' },
  },
  {
    path: 'tokens',
    component: () => import('../accounts/TokensScreen.vue'),
    meta: { title: () => t.menu.tokens, right: 'access.token.issue' },
  },
  {
    path: 'delegations',
    component: () => import('../safety/DelegationsScreen.vue'),
    meta: { title: () => t.menu.delegations },
  },
  {
    path: 'emergency',
    component: () => import('../safety/EmergencyScreen.vue'),
    meta: { title: () => t.menu.emergency, right: 'access.break_glass.review' },
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
    path: 'partners',
    component: () => import('../exchange/PartnersScreen.vue'),
    meta: { title: () => titles.partners, right: 'partners.partner.view' },
  },
  {
    path: 'rulesets',
    component: () => import('../rulesets/RuleSetsScreen.vue'),
    meta: { title: () => titles.rules, right: 'rulesets.version.load' },
  },
  {
    path: 'messages',
    component: () => import('../messages/MessagesScreen.vue'),
    meta: { title: () => t.messages.title },
  },
  { path: 'settings', component: () => import('./SettingsScreen.vue'), meta: { title: () => t.settings.title } },
]
