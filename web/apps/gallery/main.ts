// Every component of the web with its states, for developers: `make gallery`.
import '@tianmu/ui/tokens.css'
import '@tianmu/ui/base.css'
import { createApp } from 'vue'
import { startAppearance } from '@tianmu/ui'
import App from './App.vue'

startAppearance('desktop')
createApp(App).mount('#app')
