import { spawnSync } from 'node:child_process'
import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import t, { type Test } from 'tap'
import { emptyFolder } from '../support/process.js'

interface Chosen { readonly engine: string, readonly line: string }

const { chooseEngine, testsThatStart, hasRedis, DYNAMODB, REDIS } = await import(pathToFileURL('scripts/support/engine.js').href) as {
  chooseEngine: (env: Record<string, string>, folder?: string) => Chosen
  testsThatStart: (tests: string, starter: string) => string[]
  hasRedis: (env: Record<string, string>) => boolean
  DYNAMODB: string
  REDIS: string
}

/** A folder of programs in which `java` is of this version; a text without one is what the stand-in of macOS says. */
function withJava (t: Test, says: string, status = 0): string {
  const folder = emptyFolder(t)
  writeFileSync(join(folder, 'java'), `#!/bin/sh\necho '${says}' >&2\nexit ${status}\n`, { mode: 0o755 })
  return folder + delimiter + '/bin'
}

const NATIVE = { node_modules: { '@dynoxide': { 'linux-x64': { dynoxide: '' } } } }

t.test('the native engine is taken where it is installed, without a look at Java', async (t) => {
  t.same(chooseEngine({ PATH: '' }, t.testdir(NATIVE)), { engine: 'native', line: 'DynamoDB: native' })
})

t.test('elsewhere the jar is taken where Java is new enough', async (t) => {
  for (const says of ['openjdk version "17.0.12" 2024-07-16', 'java version "21"']) {
    t.same(chooseEngine({ PATH: withJava(t, says) }, '/nowhere'), { engine: 'jar', line: 'DynamoDB: jar' }, says)
  }
})

t.test('without both, the tests of DynamoDB do not run, and one line says how to get an engine', async (t) => {
  const none = { engine: 'none', line: "DynamoDB: not run (install Java 17, such as Debian's default-jre-headless, or set DYNAMODB_ENDPOINT)" }
  t.same(chooseEngine({ PATH: '' }, '/nowhere'), none)
  t.same(chooseEngine({ PATH: withJava(t, 'openjdk version "11.0.2"') }, '/nowhere'), none, 'Java is too old')
  t.same(chooseEngine({ PATH: withJava(t, 'Unable to locate a Java Runtime', 1) }, '/nowhere'), none, 'there is only a stand-in')
})

t.test('what the environment names is taken, installed or not, so that a gate cannot pass without it', async (t) => {
  const folder = t.testdir(NATIVE)
  t.same(chooseEngine({ DDB_ENGINE: 'native', PATH: '' }, '/nowhere'), { engine: 'native', line: 'DynamoDB: native' })
  t.same(chooseEngine({ DDB_ENGINE: 'jar', PATH: '' }, folder), { engine: 'jar', line: 'DynamoDB: jar' })
  t.same(chooseEngine({ DDB_ENGINE: 'none' }, folder), { engine: 'none', line: 'DynamoDB: not run (DDB_ENGINE is none)' })
  t.same(chooseEngine({ DYNAMODB_ENDPOINT: 'http://127.0.0.1:8000', DDB_ENGINE: 'none' }, folder), { engine: 'endpoint', line: 'DynamoDB: http://127.0.0.1:8000' })
  t.throws(() => chooseEngine({ DDB_ENGINE: 'fly' }, folder), { message: 'DDB_ENGINE must be one of native, jar, none' })
})

t.test('a test needs an engine that starts one, however far away, and no other test does', async (t) => {
  const folder = t.testdir({
    support: { 'dynamodb.js': '', 'tables.js': "import { startDynamoDb } from './dynamodb.js'", 'proxy.js': "import http from 'node:http'" },
    room: {
      'near.test.js': "import t from 'tap'\nimport { startDynamoDb } from '../support/dynamodb.js'",
      'far.test.js': "const { tables } = await import('../support/tables.js')",
      'free.test.js': "import '../support/proxy.js'",
    },
  })
  t.same(testsThatStart(folder, DYNAMODB).sort(), ['room/far.test.js', 'room/near.test.js'])
  const own = testsThatStart('build/test', DYNAMODB)
  t.ok(own.includes('adapters/dynamodb/stores.test.js') && own.includes('e2e/two-processes.test.js'), 'those of this project are found')
  t.ok(testsThatStart('build/test', REDIS).includes('adapters/redis/bus.test.js'))
  t.notOk(own.includes('docs.test.js') || own.includes('e2e/readme.test.js'))
})

/** A folder of programs with a Redis. */
function withRedis (t: Test): string {
  const folder = emptyFolder(t)
  writeFileSync(join(folder, 'redis-server'), '#!/bin/sh\nexit 0\n', { mode: 0o755 })
  return folder + delimiter + '/bin'
}

const NO_REDIS = "Redis: not run (install redis-server, such as Debian's redis-server)"

/** A project with the real scripts, whose compiler does nothing and whose runner of tests prints what it gets. */
function project (t: Test): string {
  const tests = { 'a.test.js': "import './support/dynamodb.js'", 'b.test.js': '', support: { 'dynamodb.js': '' } }
  const folder = t.testdir({
    '.nvmrc': `${process.versions.node.split('.')[0]}\n`,
    'package.json': '{"type":"module"}',
    test: { 'a.test.ts': '', 'b.test.ts': '', support: { 'dynamodb.ts': '' } },
    build: { test: tests },
    node_modules: {
      typescript7: { bin: { tsc: '' } },
      tap: { dist: { esm: { 'run.mjs': "console.log('args:', process.env.DDB_ENGINE, ...process.argv.slice(2).map(arg => arg.replace(/.*build./, '')))\nconsole.log('# { total: 3, pass: 3 }')" } } },
    },
  })
  cpSync('scripts', join(folder, 'scripts'), { recursive: true })
  writeFileSync(join(folder, 'scripts/package.json'), '{"type":"module"}')
  return folder
}

function runTests (folder: string, env: Record<string, string>, ...args: string[]) {
  const { status, stdout } = spawnSync(process.execPath, [join(folder, 'scripts/test.js'), ...args], { encoding: 'utf8', env: { PATH: '', ...env } })
  return { status, lines: stdout.trim().split('\n').filter((line) => line !== '' && !line.startsWith('#')) }
}

t.test('without an engine, npm test runs the other tests, demands no coverage and says so in its closing lines', async (t) => {
  t.same(runTests(project(t), {}), {
    status: 0,
    lines: ['args: undefined --reporter=tap --disable-coverage test/b.test.js', "DynamoDB: not run (install Java 17, such as Debian's default-jre-headless, or set DYNAMODB_ENDPOINT)", NO_REDIS, '3 passed, 0 failed'],
  })
})

t.test('without a Redis, npm test leaves out what needs one, demands no coverage and says so', async (t) => {
  t.same([hasRedis({ PATH: '' }), hasRedis({ PATH: withRedis(t) })], [false, true])
  t.same(runTests(project(t), { DYNAMODB_ENDPOINT: 'http://127.0.0.1:8000' }), {
    status: 0,
    lines: ['args: undefined --reporter=tap --disable-coverage test/a.test.js test/b.test.js', 'DynamoDB: http://127.0.0.1:8000', NO_REDIS, '3 passed, 0 failed'],
  })
})

t.test('with an engine, npm test runs all tests, demands coverage and names the engine', async (t) => {
  const folder = project(t)
  const redis = withRedis(t)
  const all = 'args: undefined --reporter=tap test/a.test.js test/b.test.js'
  t.same(runTests(folder, { DYNAMODB_ENDPOINT: 'http://127.0.0.1:8000', PATH: redis }), { status: 0, lines: [all, 'DynamoDB: http://127.0.0.1:8000', '3 passed, 0 failed'] })
  const jar = { status: 0, lines: [all.replace('undefined', 'jar'), 'DynamoDB: jar', '3 passed, 0 failed'] }
  t.same(runTests(folder, { PATH: withJava(t, 'openjdk version "17.0.12"') + delimiter + redis }), jar, 'the tests start the one that was chosen')
})

t.test('npm test with some files takes the same engine, and a name that is none ends it at once', async (t) => {
  const folder = project(t)
  t.same(runTests(folder, { PATH: withJava(t, 'openjdk version "17.0.12"') }, 'test/a.test.ts'), { status: 0, lines: ['args: jar --reporter=tap --disable-coverage test/a.test.js', '3 passed, 0 failed'] })
  t.same(runTests(folder, { DDB_ENGINE: 'fly' }), { status: 1, lines: ['DDB_ENGINE must be one of native, jar, none', '0 passed, 1 failed'] })
})

t.test('the gate names both engines, so that it fails where one is missing', async (t) => {
  const named = readFileSync('.ci/run', 'utf8').match(/DDB_ENGINE=\w+(?= npm run --silent test)/g)
  t.same(named, ['DDB_ENGINE=native', 'DDB_ENGINE=jar'])
})
