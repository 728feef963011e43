import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { root } from './root.js'

/** DynamoDB Local is compiled for this version of Java. */
const JAVA_MIN = 17

/** The engines that DDB_ENGINE names. `none` runs the other tests alone. */
const ENGINES = ['native', 'jar', 'none']

const REMEDY = `install Java ${JAVA_MIN}, such as Debian's default-jre-headless, or set DYNAMODB_ENDPOINT`

/**
 * The engine of the DynamoDB tests: what the environment names, else the native one, which is for Linux on x64, else Amazon's own where Java
 * is. `none`: those tests do not run.
 * @param {NodeJS.ProcessEnv} env
 * @param {string} [folder] the project's
 * @returns {{engine: string, line: string}} the engine, and how the closing lines name it
 * @throws {Error} one line, where the environment names no engine
 */
export function chooseEngine (env, folder = root) {
  const { DYNAMODB_ENDPOINT: endpoint = '', DDB_ENGINE: named = '' } = env
  if (endpoint !== '') return { engine: 'endpoint', line: `DynamoDB: ${endpoint}` }
  if (named !== '' && !ENGINES.includes(named)) throw new Error(`DDB_ENGINE must be one of ${ENGINES.join(', ')}`)
  const engine = named !== '' ? named : hasNative(folder) ? 'native' : hasJava(env) ? 'jar' : 'none'
  return { engine, line: `DynamoDB: ${engine === 'none' ? `not run (${named === '' ? REMEDY : 'DDB_ENGINE is none'})` : engine}` }
}

function hasNative (folder) {
  return existsSync(join(folder, 'node_modules/@dynoxide/linux-x64/dynoxide'))
}

function hasJava (env) {
  // macOS has a `java` that only says where to get one.
  const { status, stderr } = spawnSync('java', ['-version'], { encoding: 'utf8', env })
  return status === 0 && Number(/version "(\d+)/.exec(stderr)?.[1]) >= JAVA_MIN
}

/** Whether there is a Redis that the tests of the bus can start. */
export function hasRedis (env) {
  return spawnSync('redis-server', ['--version'], { env }).status === 0
}

export const NO_REDIS = "Redis: not run (install redis-server, such as Debian's redis-server)"

/** The modules with which a test starts an engine of DynamoDB, and a Redis. */
export const DYNAMODB = 'support/dynamodb.js'
export const REDIS = 'support/redis.js'

/**
 * The compiled tests that start a server themselves, directly or by what they import.
 * @param {string} tests the folder of the compiled tests
 * @param {string} starter the module that starts it
 * @returns {string[]} their names, relative to the folder
 */
export function testsThatStart (tests, starter) {
  const files = readdirSync(tests, { recursive: true }).filter(name => name.endsWith('.js'))
  const imports = new Map(files.map(name => [name, importsOf(tests, name)]))
  const needing = new Set([starter])
  // A set that grows while it is walked: each file that joins brings those that import it.
  for (const needed of needing) for (const [name, targets] of imports) if (targets.includes(needed)) needing.add(name)
  return [...needing].filter(name => name.endsWith('.test.js'))
}

function importsOf (tests, name) {
  const text = readFileSync(join(tests, name), 'utf8')
  return [...text.matchAll(/\b(?:from|import) ?\(?['"](\.{1,2}\/[^'"]+)['"]/g)].map(([, target]) => join(dirname(name), target))
}
