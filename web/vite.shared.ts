// One build recipe for every app: base path, old-browser target, import by use, precompressed assets.
import { readFile, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import vue from '@vitejs/plugin-vue'
import Components from 'unplugin-vue-components/vite'
import { ElementPlusResolver, VantResolver } from 'unplugin-vue-components/resolvers'
import type { Plugin, UserConfig } from 'vite'

export type AppName = 'desk' | 'point' | 'resident' | 'wall' | 'gallery'
export type Kit = 'element' | 'vant' | 'none'

const webRoot = fileURLToPath(new URL('.', import.meta.url))
const staticRoot = join(webRoot, '..', 'tianmu', 'static', 'web')
const compressible = /\.(js|css|svg|html|json|txt|webmanifest)$/
const leastBytes = 512
const brotli = promisify(brotliCompress)
const gz = promisify(gzip)

/** Write `.br` and `.gz` beside every text asset, so that no server ever compresses at run time. */
function precompress(outDir: string): Plugin {
  return {
    name: 'tianmu-precompress',
    apply: 'build',
    async closeBundle() {
      const names = await readdir(outDir, { recursive: true })
      await Promise.all(
        names
          .filter((name) => compressible.test(name) && !name.startsWith('.vite'))
          .map(async (name) => {
            const path = join(outDir, name)
            const bytes = await readFile(path)
            if (bytes.length < leastBytes) return
            const params = {
              [constants.BROTLI_PARAM_QUALITY]: 9,
              [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
              [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
            }
            await Promise.all([
              brotli(bytes, { params }).then((out) => writeFile(`${path}.br`, out)),
              gz(bytes, { level: 9 }).then((out) => writeFile(`${path}.gz`, out)),
            ])
          }),
      )
    },
  }
}

/** Vant's icon style embeds a web font and names a foreign host for it; ours draws nothing (icons come from our sprite). */
function withoutVantIconFont(): Plugin {
  return {
    name: 'tianmu-no-vant-icon-font',
    enforce: 'pre',
    resolveId(source, importer) {
      const fromVant = importer !== undefined && importer.includes('/vant/')
      return fromVant && source.endsWith('icon/index.css') ? join(webRoot, 'packages', 'ui', 'vant-icon.css') : null
    },
  }
}

/** `<TmButton>` in any template is `@tianmu/ui/components/TmButton.vue`. */
export function tianmuResolver(name: string): string | undefined {
  return /^Tm[A-Z]/.test(name) ? `@tianmu/ui/components/${name}.vue` : undefined
}

/** Few requests at first: the framework in one chunk, what every screen uses of ui and api in another. */
const chunkGroups = [
  { name: 'vendor', test: /node_modules[\\/](@?vue|vue-router|pinia|@tanstack|@vueuse)[\\/]/, priority: 3 },
  {
    name: 'base',
    test: (id: string) => /packages[\\/](ui|api)[\\/]/.test(id) && !/[\\/]text[\\/]en\.ts/.test(id),
    priority: 2,
  },
  {
    name: 'shell',
    test: (id: string) =>
      /apps[\\/]desk[\\/](shell|stores|menu|screens[\\/]\w+\.ts|screens[\\/]ecg[\\/](words|parts[\\/](OrderStateTag|WaitCell)))/.test(
        id,
      ) || /apps[\\/]desk[\\/]text[\\/](index|titles|security|ecg|(titles\.|security\.|ecg\.)?zh-CN)\.ts/.test(id),
    priority: 1,
  },
]

function resolvers(kit: Kit) {
  if (kit === 'element') return [tianmuResolver, ElementPlusResolver({ importStyle: 'css', directives: true })]
  if (kit === 'vant') return [tianmuResolver, VantResolver()]
  return [tianmuResolver]
}

/** Build recipe of one app; `kit` names the component library it may import by use. */
export function defineApp(name: AppName, kit: Kit): UserConfig {
  const root = join(webRoot, 'apps', name)
  const outDir = join(staticRoot, name)
  const server = process.env['TIANMU_SERVER'] ?? 'http://127.0.0.1:8000'
  return {
    root,
    base: `/static/web/${name}/`,
    cacheDir: join(webRoot, 'node_modules', '.vite', name),
    resolve: {
      alias: {
        '@tianmu/api': join(webRoot, 'packages', 'api'),
        '@tianmu/ui': join(webRoot, 'packages', 'ui'),
        '@tianmu/widgets': join(webRoot, 'packages', 'widgets'),
      },
    },
    plugins: [
      withoutVantIconFont(),
      vue(),
      Components({ dirs: [], resolvers: resolvers(kit), dts: join(root, 'components.d.ts') }),
      precompress(outDir),
    ],
    define: { __VUE_OPTIONS_API__: kit === 'none' ? 'false' : 'true' },
    server: { proxy: { '/api': { target: server, changeOrigin: false } } },
    build: {
      target: 'es2020',
      outDir,
      emptyOutDir: true,
      assetsInlineLimit: 0,
      reportCompressedSize: false,
      manifest: true,
      modulePreload: { polyfill: false },
      chunkSizeWarningLimit: 900,
      rolldownOptions: { checks: { pluginTimings: false }, output: { codeSplitting: { groups: [...chunkGroups] } } },
    },
  }
}
