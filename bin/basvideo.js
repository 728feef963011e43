#!/usr/bin/env node
/**
 * `basvideo <command>`: runs one of the service's programs on the project's own Node, building it first where it is
 * stale. The program runs in this very process, so that signals reach it and its exit code is ours. The working
 * directory becomes the project's, as under npm, because `.env`, `.basvideo` and relative paths in settings belong there.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build, isStale } from '../scripts/support/build.js'
import { loadEnvFile } from '../scripts/support/env-file.js'
import { dropEchoedInterrupts } from '../scripts/support/interrupt.js'
import { root } from '../scripts/support/root.js'
import { ensureRuntime } from '../scripts/support/runtime.js'

const COMMANDS = {
  start: 'runs the service',
  tables: 'creates every DynamoDB table and index, or those that are missing',
  backfill: 'adds to the rows of earlier versions what newer indexes and statistics need',
  drain: 'carries the journal of DATA_DIR out into DynamoDB while no service runs on it',
  doctor: 'looks at all that the service needs, and says what is wrong and what mends it',
  seed: 'fills a service in development with a sample shop',
  token: 'prints a token of a user for the service in development',
  openapi: 'prints the OpenAPI document',
}

const USAGE = `Usage: basvideo <command> [options]

${Object.entries(COMMANDS).map(([name, does]) => `  ${name.padEnd(8)}  ${does}`).join('\n')}

basvideo <command> --help shows the options of a command.
`

await ensureRuntime()
const [command, ...args] = process.argv.slice(2)
// npx takes --help for its own when no command comes before it.
if (command === 'help' || command === '--help') {
  process.stdout.write(USAGE)
} else if (command === undefined || !Object.hasOwn(COMMANDS, command)) {
  process.stderr.write(`basvideo: ${command === undefined ? 'a command is needed' : `there is no command ${command}`}; see basvideo help\n`)
  process.exitCode = 2
} else {
  await run(join(root, 'build/src/infrastructure/programs', `${command}.js`))
}

async function run (program) {
  process.chdir(root)
  if (!existsSync(program) || isStale('service')) {
    process.stderr.write('Building …\n')
    const code = await build('service')
    if (code !== 0) process.exit(code)
  }
  loadEnvFile('.env')
  if (command === 'start' && process.env.CONSOLE !== 'off' && isStale('console')) {
    process.stderr.write('Building the console …\n')
    // The service does its work without it, and says at /console/ that it is not built.
    await build('console')
  }
  process.setSourceMapsEnabled(true)
  dropEchoedInterrupts()
  process.argv.splice(1, process.argv.length, program, ...args)
  await import(pathToFileURL(program).href)
}
