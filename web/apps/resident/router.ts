// Addresses of the resident's app.
import { createRouter, createWebHistory } from 'vue-router'
import { useSession } from './stores/session.ts'

declare module 'vue-router' {
  interface RouteMeta {
    public?: boolean
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
    { path: '/records', component: () => import('./screens/RecordsScreen.vue'), meta: { tab: 'records' } },
    { path: '/mine', component: () => import('./screens/MineScreen.vue'), meta: { tab: 'mine' } },
    { path: '/:rest(.*)*', redirect: '/' },
  ],
})

router.beforeEach(async (to) => {
  if (to.meta.public) return true
  const me = await useSession()
    .ensure()
    .catch(() => null)
  return me ? true : { path: '/sign-in', query: to.path === '/' ? {} : { to: to.path } }
})
