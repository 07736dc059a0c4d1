// Build the apps side by side, then compare what a first visit loads with budgets.json.
// Usage: npm run build [-- desk point …]; exit code 1 when an app does not build or breaks its budget.
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { join } from 'node:path'
import { budgetReport } from './budgets.mjs'

const webRoot = fileURLToPath(new URL('..', import.meta.url))
const vite = join(webRoot, 'node_modules', 'vite', 'bin', 'vite.js')
const wanted = process.argv.slice(2)
const apps = wanted.length > 0 ? wanted : ['desk', 'resident', 'point', 'wall']

function build(app) {
  return new Promise((resolve, reject) => {
    const args = [vite, 'build', join('apps', app), '--logLevel', 'warn']
    const child = spawn(process.execPath, args, { cwd: webRoot, stdio: 'inherit' })
    child.on('error', reject)
    child.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`${app}: vite ended with code ${code}`))))
  })
}

const started = performance.now()
const results = await Promise.allSettled(apps.map(build))
const failed = results.filter((result) => result.status === 'rejected')
for (const result of failed) console.error(String(result.reason.message))
if (failed.length > 0) process.exit(1)

const { lines, faults } = await budgetReport(webRoot, apps)
for (const line of lines) console.log(line)
console.log(`built ${apps.join(', ')} in ${((performance.now() - started) / 1000).toFixed(1)} s`)
for (const fault of faults) console.error(`over budget: ${fault}`)
process.exit(faults.length > 0 ? 1 : 0)
