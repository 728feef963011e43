/** `npm run watch -- test/domain/money.test.ts`: builds and runs the tests, and again after each change of a source. */
import { watch } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { build } from './support/build.js'
import { root } from './support/root.js'
import { ensureRuntime } from './support/runtime.js'
import { runSome } from './support/tap.js'

/** An editor may write several files one after another. */
const SETTLE_MS = 100

await ensureRuntime()
const tests = process.argv.slice(2)
if (tests.length === 0) {
  process.stderr.write('Name the tests to watch: npm run watch -- test/domain/money.test.ts\n')
  process.exit(2)
}
process.once('SIGINT', () => { process.exit(130) })
let changed = Promise.withResolvers()
for (const folder of ['src', 'test', 'bench']) watch(join(root, folder), { recursive: true }, () => { changed.resolve() })
while (true) {
  changed = Promise.withResolvers()
  if (await build('project') === 0) await runSome(tests)
  process.stdout.write('\nWaiting for a change …\n')
  await changed.promise
  await delay(SETTLE_MS)
}
