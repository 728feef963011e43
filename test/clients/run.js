/**
 * `npm run clients`: installs the generators, makes a client of the OpenAPI document with each, compiles all of them under the strictest
 * options, and lets them call the service. Ends with 1 where one does not compile, or sees something else than the others.
 */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from '../../scripts/support/build.js'
import { runChild } from '../../scripts/support/child.js'
import { root } from '../../scripts/support/root.js'
import { ensureRuntime } from '../../scripts/support/runtime.js'

const SEEN = {
  sent: 'Is the blue one still available?',
  listed: ['Is the blue one still available?'],
  refusal: 'declined: card_declined failed',
  missing: 'not_found',
}
const ACTION = /^go to http:\/\/127\.0\.0\.1:\d+\/simulator\/pay\/sim_[\w-]+$/

await ensureRuntime()
process.exitCode = await run()

async function run () {
  const steps = [async () => await build('project'), async () => await runChild('npm', ['ci', '--no-progress', '--prefix', import.meta.dirname])]
  for (const step of steps) {
    const code = await step()
    if (code !== 0) return code
  }
  const { makeClients } = await import('./generate.js')
  const { as, startService } = await import(pathToFileURL(join(root, 'build/test/support/service.js')).href)
  const ends = []
  const { app, url } = await startService({ teardown: end => { ends.unshift(end) } }, { listen: true })
  try {
    for (const [name, visit] of await makeClients(await app.openapi(), url())) {
      const { action, ...seen } = await visit(url(), as(name).authorization.replace('Bearer ', ''))
      assert.deepEqual(seen, SEEN, name)
      assert.match(action, ACTION, name)
      process.stdout.write(`${name} compiles, and has called the service\n`)
    }
  } finally {
    for (const end of ends) await end()
  }
  return 0
}
