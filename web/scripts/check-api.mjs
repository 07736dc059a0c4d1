// The committed schema.d.ts is what openapi.json yields today; otherwise the typed client would lie.
import { execFileSync } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'

const schema = 'packages/api/schema.d.ts'
const fresh = 'packages/api/schema.fresh.d.ts'
try {
  execFileSync('npx', ['openapi-typescript', 'packages/api/openapi.json', '-o', fresh], { stdio: 'ignore' })
  if (readFileSync(fresh, 'utf8') !== readFileSync(schema, 'utf8')) {
    process.stderr.write(`${schema} is not what openapi.json says. Run \`make web\` and commit it.\n`)
    process.exitCode = 1
  }
} finally {
  rmSync(fresh, { force: true })
}
