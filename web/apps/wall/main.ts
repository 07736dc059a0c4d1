// The wall screen of supervision.
import '@tianmu/ui/tokens.css'
import '@tianmu/ui/base.css'
import './wall.css'
import { createPinia } from 'pinia'
import { createApp } from 'vue'
import { VueQueryPlugin } from '@tanstack/vue-query'
import { configureTransport, createQueryClient } from '@tianmu/api'
import { t as common } from '@tianmu/ui/text/index.ts'
import App from './App.vue'
import { router } from './router.ts'

configureTransport('wall', common.state.offline)
createApp(App).use(createPinia()).use(VueQueryPlugin, { queryClient: createQueryClient() }).use(router).mount('#app')
