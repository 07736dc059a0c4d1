// The gallery is only served for developers, never built or shipped; it needs no server of the platform.
import { defineConfig } from 'vite'
import { defineApp } from '../../vite.shared.ts'

export default defineConfig({ ...defineApp('gallery', 'none'), base: '/', server: { port: 5190, host: '127.0.0.1' } })
