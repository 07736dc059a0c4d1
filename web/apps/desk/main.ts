// The desk: everything staff do at a computer.
import '@tianmu/ui/tokens.css'
import '@tianmu/ui/tokens-element.css'
import '@tianmu/ui/base.css'
import '@tianmu/ui/print.css'
import { createPinia } from 'pinia'
import { createApp } from 'vue'
import { VueQueryPlugin } from '@tanstack/vue-query'
import { configureTransport, createQueryClient } from '@tianmu/api'
import { startAppearance } from '@tianmu/ui'
import { t as common } from '@tianmu/ui/text/index.ts'
import App from './App.vue'
import { router } from './router.ts'

startAppearance('desktop')
configureTransport('desk', common.state.offline)
createApp(App).use(createPinia()).use(VueQueryPlugin, { queryClient: createQueryClient() }).use(router).mount('#app')
