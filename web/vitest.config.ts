// Unit and component tests beside the code; a test of components asks for a browser stand-in in its first line. Browser
// stories live in pytest.
import { fileURLToPath } from 'node:url'
import vue from '@vitejs/plugin-vue'
import Components from 'unplugin-vue-components/vite'
import { ElementPlusResolver, VantResolver } from 'unplugin-vue-components/resolvers'
import { defineConfig } from 'vitest/config'
import { tianmuResolver } from './vite.shared.ts'

const folder = (name: string) => fileURLToPath(new URL(`./packages/${name}`, import.meta.url))

export default defineConfig({
  plugins: [
    vue(),
    Components({
      dirs: [],
      resolvers: [tianmuResolver, ElementPlusResolver({ importStyle: false }), VantResolver({ importStyle: false })],
      dts: false,
    }),
  ],
  resolve: {
    alias: { '@tianmu/api': folder('api'), '@tianmu/ui': folder('ui'), '@tianmu/widgets': folder('widgets') },
  },
  test: {
    environment: 'node',
    include: ['packages/**/*.test.ts', 'apps/**/*.test.ts'],
    css: false,
    restoreMocks: true,
    testTimeout: 5000,
    server: { deps: { inline: [/vant/, /element-plus/] } },
  },
})
