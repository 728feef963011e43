/**
 * Builds, runs the tests and closes with `N passed, N failed`: `npm test`, or `npm test -- test/domain/money.test.ts`
 * for some of them. The whole run demands complete coverage and lets nothing be skipped.
 */
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { build } from './support/build.js'
import { runChild } from './support/child.js'
import { root } from './support/root.js'
import { ensureRuntime } from './support/runtime.js'

await ensureRuntime()

const results = join(root, '.tap', 'results.tap')

/** tap's own summary: the last line like `# { total: 5, pass: 3, fail: 1, skip: 1 }` at the left edge of its raw output. */
function readCounts () {
  const summaries = readFileSync(results, { encoding: 'utf8', flag: 'a+' }).match(/^# \{ total: .*\}$/gm) ?? []
  const count = name => Number(summaries.at(-1)?.match(`\\b${name}: (\\d+)`)?.[1] ?? 0)
  return { passed: count('pass'), failed: count('fail'), skipped: count('skip') + count('todo') }
}

function finish (code, passed, failed) {
  process.stdout.write(`\n${passed} passed, ${failed} failed\n`)
  process.exitCode = code
}

async function run (args) {
  const buildCode = await build('project')
  if (buildCode !== 0) return finish(buildCode, 0, 1)

  const isPartial = args.length > 0
  mkdirSync(join(root, '.tap'), { recursive: true })
  rmSync(results, { force: true })
  const tapCode = await runChild(process.execPath, [
    join(root, 'node_modules/tap/dist/esm/run.mjs'),
    `--output-file=${results}`,
    ...(isPartial ? ['--disable-coverage'] : []),
    ...args.map(arg => arg.replace(/^(?:\.\/)?(test\/.+)\.ts$/, 'build/$1.js')),
  ], { cwd: root })

  const { passed, failed, skipped } = readCounts()
  const unfinished = isPartial ? 0 : skipped
  if (unfinished > 0) process.stdout.write(`\n${unfinished} skipped or marked as todo: the whole run lets none through\n`)
  const code = tapCode === 0 && unfinished > 0 ? 1 : tapCode
  // A bail-out, missing coverage or a crash of the runner itself fails the run without a failed assertion.
  finish(code, passed, code === 0 ? failed : Math.max(1, failed + unfinished))
}

await run(process.argv.slice(2))
