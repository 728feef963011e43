/**
 * Builds, runs the tests and ends with `N passed, N failed`: `npm test` for all, `npm test -- test/domain/money.test.ts` for
 * some. The whole run demands 100 % coverage and fails on a skipped test.
 */
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { build } from './support/build.js'
import { root } from './support/root.js'
import { ensureRuntime } from './support/runtime.js'
import { testFiles } from './support/suites.js'
import { runTap } from './support/tap.js'

await ensureRuntime()
await run(process.argv.slice(2))

async function run (args) {
  const buildCode = await build('project')
  if (buildCode !== 0) return finish(buildCode, 0, 1)
  if (args.length === 0) return await runAll()
  await runSome(args.map(arg => arg.replace(/^(?:\.\/)?(test\/.+)\.ts$/, 'build/$1.js')))
}

async function runAll () {
  const { code, passed, failed, skipped } = await runTap(testFiles())
  if (skipped > 0) process.stdout.write(`\n${skipped} skipped or marked as todo: the whole run accepts none\n`)
  finish(code === 0 && skipped > 0 ? 1 : code, passed, failed + skipped)
}

async function runSome (args) {
  // tap ignores a missing file as long as another one exists.
  const missing = args.filter(arg => /^[^-*][^*]*\.js$/.test(arg) && !existsSync(resolve(root, arg)))
  if (missing.length > 0) {
    process.stdout.write(`No such test: ${missing.join(', ')}\n`)
    return finish(1, 0, missing.length)
  }
  const { code, passed, failed } = await runTap(['--disable-coverage', ...args])
  finish(code, passed, failed)
}

/** A bail-out, missing coverage or a crash of the runner fails a run in which no assertion failed. */
function finish (code, passed, failed) {
  process.stdout.write(`\n${passed} passed, ${code === 0 ? failed : Math.max(1, failed)} failed\n`)
  process.exitCode = code
}
