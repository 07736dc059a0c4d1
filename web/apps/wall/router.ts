// Addresses of the wall.
import { createRouter, createWebHistory } from 'vue-router'
import { useSession } from './stores/session.ts'

declare module 'vue-router' {
  interface RouteMeta {
    public?: boolean
  }
}

export const router = createRouter({
  history: createWebHistory('/wall/'),
  routes: [
    { path: '/sign-in', component: () => import('./screens/SignInScreen.vue'), meta: { public: true } },
    { path: '/', component: () => import('./screens/WallScreen.vue') },
    { path: '/:rest(.*)*', redirect: '/' },
  ],
})

router.beforeEach(async (to) => {
  if (to.meta.public) return true
  const me = await useSession()
    .ensure()
    .catch(() => null)
  return me && !me.must_change_password ? true : { path: '/sign-in' }
})
