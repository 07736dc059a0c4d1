// Addresses of the resident's app.
import { createRouter, createWebHistory } from 'vue-router'
import { useSession } from './stores/session.ts'

declare module 'vue-router' {
  interface RouteMeta {
    public?: boolean
    /** About oneself only, whomever one looks after. */
    own?: boolean
    /** Which bottom tab is lit; pages without one show a back arrow. */
    tab?: 'home' | 'reports' | 'records' | 'mine'
  }
}

export const router = createRouter({
  history: createWebHistory('/resident/'),
  scrollBehavior: (_to, _from, saved) => saved ?? { top: 0 },
  routes: [
    { path: '/sign-in', component: () => import('./screens/SignInScreen.vue'), meta: { public: true } },
    { path: '/', component: () => import('./screens/HomeScreen.vue'), meta: { tab: 'home' } },
    { path: '/reports', component: () => import('./screens/ReportsScreen.vue'), meta: { tab: 'reports' } },
    { path: '/reports/:id', props: true, component: () => import('./screens/ReportScreen.vue') },
    { path: '/trend', component: () => import('./screens/TrendScreen.vue') },
    { path: '/shares', component: () => import('./screens/SharesScreen.vue') },
    { path: '/records', component: () => import('./screens/RecordsScreen.vue'), meta: { tab: 'records' } },
    { path: '/mine', component: () => import('./screens/MineScreen.vue'), meta: { tab: 'mine' } },
    { path: '/family', component: () => import('./screens/FamilyScreen.vue'), meta: { own: true } },
    { path: '/consents', component: () => import('./screens/ConsentsScreen.vue') },
    { path: '/:rest(.*)*', redirect: '/' },
  ],
})

/** For whom the app is used stays in the address from page to page, until a link names somebody else. */
router.beforeEach((to, from) => {
  const person = from.query['person']
  if (to.meta.public || to.meta.own || !person || 'person' in to.query) return true
  return { path: to.path, query: { ...to.query, person } }
})

router.beforeEach(async (to) => {
  if (to.meta.public) return true
  const me = await useSession()
    .ensure()
    .catch(() => null)
  return me ? true : { path: '/sign-in', query: to.path === '/' ? {} : { to: to.path } }
})
