/**
 * Runs one of the service's programs, building it first where that is due: `node scripts/start.js start`.
 * The program runs in this very process, so that signals reach it and its exit code is ours.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build, isStale } from './support/build.js'
import { dropEchoedInterrupts } from './support/interrupt.js'
import { root } from './support/root.js'
import { ensureRuntime } from './support/runtime.js'

await ensureRuntime()

const [program = 'start', ...args] = process.argv.slice(2)
const path = join(root, 'build/src/infrastructure/programs', `${program}.js`)
if (!existsSync(path) || isStale('service')) {
  process.stderr.write('Building …\n')
  const code = await build('service')
  if (code !== 0) process.exit(code)
}
const settings = join(root, '.env')
if (existsSync(settings)) process.loadEnvFile(settings)
process.setSourceMapsEnabled(true)
dropEchoedInterrupts()
process.argv.splice(1, process.argv.length, path, ...args)
await import(pathToFileURL(path).href)
