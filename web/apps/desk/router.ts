// Addresses of the desk; every screen loads lazily and gets its keys as props, because tabs stay alive side by side.
import { createRouter, createWebHistory, type RouteRecordRaw } from 'vue-router'
import { t } from './text/index.ts'
import { useSession } from './stores/session.ts'
import { contractRoutes } from './screens/contracts/routes.ts'
import { dutyRoutes } from './screens/duty/routes.ts'
import { ecgRoutes } from './screens/ecg/routes.ts'
import { liveRoutes } from './screens/live/routes.ts'
import { reportRoutes } from './screens/reports/routes.ts'
import { registryRoutes } from './screens/people/routes.ts'
import { serviceRoutes } from './screens/service/routes.ts'
import { systemRoutes } from './screens/settings/routes.ts'
import { supervisionRoutes } from './screens/supervision/routes.ts'

declare module 'vue-router' {
  interface RouteMeta {
    title?: () => string
    /** Right without which the screen explains what is missing. */
    right?: string
    public?: boolean
    /** The screen wants the whole width: the menu folds. */
    wide?: boolean
  }
}

const shellRoutes: RouteRecordRaw[] = [
  { path: '', redirect: '/home' },
  { path: 'home', component: () => import('./screens/home/HomeScreen.vue'), meta: { title: () => t.menu.home } },
  ...ecgRoutes,
  ...liveRoutes,
  ...supervisionRoutes,
  ...registryRoutes,
  ...serviceRoutes,
  ...contractRoutes,
  ...dutyRoutes,
  ...reportRoutes,
  ...systemRoutes,
  {
    path: ':rest(.*)*',
    component: () => import('./screens/home/MissingScreen.vue'),
    meta: { title: () => t.shell.notFound },
  },
]

export const router = createRouter({
  history: createWebHistory('/desk/'),
  routes: [
    {
      path: '/sign-in',
      component: () => import('./screens/home/SignInScreen.vue'),
      meta: { title: () => t.signIn.welcome, public: true },
    },
    {
      path: '/',
      component: () => import('./shell/ShellLayout.vue'),
      children: shellRoutes,
      meta: { title: () => t.menu.home },
    },
  ],
})

router.beforeEach(async (to) => {
  const session = useSession()
  if (to.meta.public) return true
  const me = await session.ensure().catch(() => null)
  if (!me || me.must_change_password) return { path: '/sign-in', query: to.path === '/home' ? {} : { to: to.path } }
  return true
})

router.afterEach((to) => {
  document.title = `${to.meta.title?.() ?? ''} · Tianmu`
})
