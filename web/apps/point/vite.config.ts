// Build of the acquisition station, with the worker that lets it open without a network.
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { defineConfig, type Plugin } from 'vite'
import { defineApp } from '../../vite.shared.ts'

const base = '/static/web/point/'
const template = fileURLToPath(new URL('./sw.template.js', import.meta.url))

/** Write `sw.js` beside the page: it names every asset of this build, so that a new build is a new worker. */
function offlineWorker(): Plugin {
  return {
    name: 'tianmu-point-worker',
    apply: 'build',
    async generateBundle(_options, bundle) {
      const assets = Object.keys(bundle)
        .filter((name) => /\.(js|css|svg)$/.test(name))
        .sort()
        .map((name) => base + name)
      const source = await readFile(template, 'utf8')
      const version = createHash('sha256').update(source).update(assets.join('\n')).digest('hex').slice(0, 12)
      const code = source.replace('__ASSETS__', JSON.stringify(assets)).replace('__VERSION__', version)
      this.emitFile({ type: 'asset', fileName: 'sw.js', source: code })
    },
  }
}

const shared = defineApp('point', 'none')

export default defineConfig({ ...shared, plugins: [...(shared.plugins ?? []), offlineWorker()] })
