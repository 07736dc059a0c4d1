// The resident's app on the phone.
import '@tianmu/ui/tokens.css'
import '@tianmu/ui/tokens-vant.css'
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
configureTransport('resident', common.state.offline)
createApp(App).use(createPinia()).use(VueQueryPlugin, { queryClient: createQueryClient() }).use(router).mount('#app')
