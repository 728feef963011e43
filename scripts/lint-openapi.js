/** `npm run lint:openapi`: writes the service's OpenAPI document to build/openapi.json and lints it without the network. */
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { build, isStale } from './support/build.js'
import { runChild } from './support/child.js'
import { root } from './support/root.js'
import { ensureRuntime } from './support/runtime.js'

await ensureRuntime()

const document = join(root, 'build/openapi.json')

async function run () {
  const buildCode = isStale('service') ? await build('service') : 0
  if (buildCode !== 0) return buildCode

  const printed = spawnSync(process.execPath, [join(root, 'build/src/infrastructure/programs/openapi.js')], {
    cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'], maxBuffer: 64 * 1024 * 1024,
  })
  if (printed.status !== 0) return printed.status ?? 1
  writeFileSync(document, printed.stdout)

  return await runChild(process.execPath, [join(root, 'node_modules/@redocly/cli/bin/cli.js'), 'lint', document], {
    cwd: root, env: { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' },
  })
}

process.exitCode = await run()
