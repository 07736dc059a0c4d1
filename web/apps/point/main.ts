// The acquisition station of a township or village: large buttons, three steps.
import '@tianmu/ui/tokens.css'
import '@tianmu/ui/base.css'
import '@tianmu/ui/print.css'
import './app.css'
import { createPinia } from 'pinia'
import { createApp } from 'vue'
import { VueQueryPlugin } from '@tanstack/vue-query'
import { configureTransport, createQueryClient } from '@tianmu/api'
import { startAppearance } from '@tianmu/ui'
import { t as common } from '@tianmu/ui/text/index.ts'
import App from './App.vue'
import { router } from './router.ts'

startAppearance('phone')
configureTransport('point', common.state.offline)
createApp(App).use(createPinia()).use(VueQueryPlugin, { queryClient: createQueryClient() }).use(router).mount('#app')

if (import.meta.env.PROD && 'serviceWorker' in navigator) {
  void navigator.serviceWorker.register('/point/sw.js', { scope: '/point/' }).catch(() => undefined)
}
