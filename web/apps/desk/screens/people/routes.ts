// Residents, organizations and staff.
import type { RouteRecordRaw } from 'vue-router'
import { t } from '../../text/index.ts'
import { t as titles } from '../../text/titles.ts'

export const registryRoutes: RouteRecordRaw[] = [
  {
    path: 'people',
    component: () => import('./PeopleScreen.vue'),
    meta: { title: () => t.people.title, right: 'residents.person.view' },
  },
  {
    path: 'people/duplicates',
    component: () => import('./DuplicatesScreen.vue'),
    meta: { title: () => titles.pairs, right: 'residents.duplicate.work' },
  },
  {
    path: 'people/duplicates/:id',
    props: true,
    component: () => import('./DuplicateScreen.vue'),
    meta: { title: () => titles.pair, right: 'residents.duplicate.work' },
  },
  {
    path: 'people/:id',
    props: true,
    component: () => import('./PersonScreen.vue'),
    meta: { title: () => t.people.one, right: 'residents.person.view' },
  },
  {
    path: 'organizations',
    component: () => import('../organizations/OrganizationsScreen.vue'),
    meta: { title: () => t.organizations.title, right: 'organizations.unit.view' },
  },
  {
    path: 'organizations/:id',
    props: true,
    component: () => import('../organizations/OrganizationsScreen.vue'),
    meta: { title: () => t.organizations.title, right: 'organizations.unit.view' },
  },
  {
    path: 'staff',
    component: () => import('../staff/StaffScreen.vue'),
    meta: { title: () => t.staff.title, right: 'staff.person.view' },
  },
  {
    path: 'staff/:unit',
    props: true,
    component: () => import('../staff/StaffScreen.vue'),
    meta: { title: () => t.staff.title, right: 'staff.person.view' },
  },
]
