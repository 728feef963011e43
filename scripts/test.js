/**
 * Builds, runs the tests and ends with `N passed, N failed`: `npm test` for all, `npm test -- test/domain/money.test.ts` for
 * some. The whole run demands 100 % coverage and fails on a skipped test. Where no engine of DynamoDB runs, or no Redis, it leaves out the tests that
 * need one, and demands no coverage.
 */
import { build } from './support/build.js'
import { chooseEngine, DYNAMODB, hasRedis, NO_REDIS, REDIS } from './support/engine.js'
import { ensureRuntime } from './support/runtime.js'
import { testFiles } from './support/suites.js'
import { runSome, runTap } from './support/tap.js'

await ensureRuntime()
await run(process.argv.slice(2))

async function run (args) {
  const chosen = engineOf(process.env)
  if (chosen === null) return finish(1, 0, 1)
  const buildCode = await build('project')
  if (buildCode !== 0) return finish(buildCode, 0, 1)
  if (args.length === 0) return await runAll(chosen)
  const { code, passed, failed } = await runSome(args)
  finish(code, passed, failed)
}

/** The tests start the engine that the environment names. */
function engineOf (env) {
  try {
    const chosen = chooseEngine(env)
    if (chosen.engine === 'jar') env.DDB_ENGINE = 'jar'
    return chosen
  } catch (error) {
    process.stdout.write(`${error.message}\n`)
    return null
  }
}

async function runAll ({ engine, line }) {
  const missing = [...(engine === 'none' ? [DYNAMODB] : []), ...(hasRedis(process.env) ? [] : [REDIS])]
  const { code, passed, failed, skipped } = await runTap([...(missing.length === 0 ? [] : ['--disable-coverage']), ...testFiles(undefined, missing)])
  process.stdout.write(`\n${[line, ...(missing.includes(REDIS) ? [NO_REDIS] : [])].join('\n')}\n`)
  if (skipped > 0) process.stdout.write(`\n${skipped} skipped or marked as todo: the whole run accepts none\n`)
  finish(code === 0 && skipped > 0 ? 1 : code, passed, failed + skipped)
}

/** A bail-out, missing coverage or a crash of the runner fails a run in which no assertion failed. */
function finish (code, passed, failed) {
  process.stdout.write(`\n${passed} passed, ${code === 0 ? failed : Math.max(1, failed)} failed\n`)
  process.exitCode = code
}
