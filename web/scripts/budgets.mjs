// Sum the gzipped bytes that a first visit of each app loads, from the build manifest.
import { readFile, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'

const kb = (bytes) => bytes / 1000
const round = (value) => value.toFixed(1)

async function gzippedBytes(path) {
  try {
    return (await stat(`${path}.gz`)).size
  } catch {
    return (await stat(path)).size
  }
}

/** Every file that loading `entries` pulls in: their chunks, static imports and styles. */
function closure(manifest, entries) {
  const seen = new Set()
  const js = new Set()
  const css = new Set()
  const visit = (key) => {
    if (seen.has(key)) return
    seen.add(key)
    const chunk = manifest[key]
    if (!chunk) throw new Error(`budgets.json names ${key}, which the build does not contain`)
    if (chunk.file.endsWith('.js')) js.add(chunk.file)
    if (chunk.file.endsWith('.css')) css.add(chunk.file)
    for (const name of chunk.css ?? []) css.add(name)
    for (const name of chunk.imports ?? []) visit(name)
  }
  entries.forEach(visit)
  return { js, css }
}

async function total(outDir, names) {
  const sizes = await Promise.all([...names].map((name) => gzippedBytes(join(outDir, name))))
  return sizes.reduce((sum, size) => sum + size, 0)
}

async function appReport(webRoot, app, budget, lazyChunkKb) {
  const outDir = join(webRoot, '..', 'tianmu', 'static', 'web', app)
  const manifest = JSON.parse(await readFile(join(outDir, '.vite', 'manifest.json'), 'utf8'))
  const { js, css } = closure(manifest, budget.firstScreen)
  const jsKb = kb(await total(outDir, js))
  const cssKb = kb(await total(outDir, css))
  const requests = 1 + js.size + css.size
  const faults = []
  if (jsKb > budget.jsKb) faults.push(`${app} first screen JS ${round(jsKb)} kB > ${budget.jsKb}`)
  if (cssKb > budget.cssKb) faults.push(`${app} first screen CSS ${round(cssKb)} kB > ${budget.cssKb}`)
  if (requests > budget.requests) faults.push(`${app} first screen requests ${requests} > ${budget.requests}`)
  faults.push(...(await foreignFaults(outDir, app)))
  let largest = { name: '', size: 0 }
  for (const chunk of Object.values(manifest)) {
    if (!chunk.file.endsWith('.js') || js.has(chunk.file)) continue
    const size = kb(await gzippedBytes(join(outDir, chunk.file)))
    if (size > largest.size) largest = { name: chunk.file, size }
    if (size > lazyChunkKb) faults.push(`${app} lazy chunk ${chunk.file} ${round(size)} kB > ${lazyChunkKb}`)
  }
  const line =
    `${app.padEnd(9)} first screen ${round(jsKb)} of ${budget.jsKb} kB JS, ${round(cssKb)} of ${budget.cssKb} kB CSS, ` +
    `${requests} requests; largest lazy chunk ${round(largest.size)} kB ${largest.name}`
  return { line, faults }
}

/** Style sheets may name no foreign host and bring no font. */
async function foreignFaults(outDir, app) {
  const names = (await readdir(outDir, { recursive: true })).filter((name) => name.endsWith('.css'))
  const faults = []
  for (const name of names) {
    const text = await readFile(join(outDir, name), 'utf8')
    if (/@font-face/.test(text)) faults.push(`${app} ${name} brings a web font`)
    if (/url\(["']?(https?:)?\/\//.test(text)) faults.push(`${app} ${name} names a foreign host`)
  }
  return faults
}

/** Lines to print and budgets broken, for the apps just built. */
export async function budgetReport(webRoot, apps) {
  const budgets = JSON.parse(await readFile(join(webRoot, 'budgets.json'), 'utf8'))
  const reports = []
  for (const app of apps) reports.push(await appReport(webRoot, app, budgets.apps[app], budgets.lazyChunkKb))
  return { lines: reports.map((report) => report.line), faults: reports.flatMap((report) => report.faults) }
}
