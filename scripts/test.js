/**
 * Builds, runs the tests and closes with `N passed, N failed`: `npm test`, or `npm test -- test/domain/money.test.ts`
 * for some of them. The whole run demands complete coverage and lets nothing be skipped.
 */
import { build } from './support/build.js'
import { ensureRuntime } from './support/runtime.js'
import { runTap } from './support/tap.js'

await ensureRuntime()

function finish (code, passed, failed) {
  process.stdout.write(`\n${passed} passed, ${failed} failed\n`)
  process.exitCode = code
}

async function run (args) {
  const buildCode = await build('project')
  if (buildCode !== 0) return finish(buildCode, 0, 1)

  const isWhole = args.length === 0
  const compiled = args.map(arg => arg.replace(/^(?:\.\/)?(test\/.+)\.ts$/, 'build/$1.js'))
  const { code, passed, failed, skipped } = await runTap(isWhole ? [] : ['--disable-coverage', ...compiled])

  const forbidden = isWhole ? skipped : 0
  if (forbidden > 0) process.stdout.write(`\n${forbidden} skipped or marked as todo: the whole run lets none through\n`)
  const verdict = code === 0 && forbidden > 0 ? 1 : code
  // A bail-out, missing coverage or a crash of the runner itself fails the run without a failed assertion.
  finish(verdict, passed, verdict === 0 ? failed : Math.max(1, failed + forbidden))
}

await run(process.argv.slice(2))
