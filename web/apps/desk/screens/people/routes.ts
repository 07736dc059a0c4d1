// Residents, organizations and staff.
import type { RouteRecordRaw } from 'vue-router'
import { t } from '../../text/index.ts'

export const registryRoutes: RouteRecordRaw[] = [
  { path: 'people', component: () => import('./PeopleScreen.vue'), meta: { title: () => t.people.title } },
  {
    path: 'people/:id',
    props: true,
    component: () => import('./PersonScreen.vue'),
    meta: { title: () => t.people.one },
  },
  {
    path: 'organizations',
    component: () => import('../organizations/OrganizationsScreen.vue'),
    meta: { title: () => t.organizations.title },
  },
  {
    path: 'organizations/:id',
    props: true,
    component: () => import('../organizations/OrganizationsScreen.vue'),
    meta: { title: () => t.organizations.title },
  },
  { path: 'staff', component: () => import('../staff/StaffScreen.vue'), meta: { title: () => t.staff.title } },
  {
    path: 'staff/:unit',
    props: true,
    component: () => import('../staff/StaffScreen.vue'),
    meta: { title: () => t.staff.title },
  },
]
