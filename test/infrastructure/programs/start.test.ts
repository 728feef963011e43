// @own-process
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, openSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t, { type Test } from 'tap'
import { CURL_LINES } from '#infrastructure/runtime/banner.js'
import { as, ENV, JWT_SECRET, key, startService, WEBHOOK_SECRET } from '../../support/service.js'
import { emptyFolder, listening, startProgram } from '../../support/process.js'
import { freePort } from '../../support/free-port.js'

const METRICS_TOKEN = '0f3b9c1d7a5e4862b1c9d0e7f3a86254'
const PRODUCTION = { ...ENV, NODE_ENV: 'production', ALLOW_MEMORY: 'true', ALLOW_SIMULATOR: 'true', ORDERS: 'open' }

interface LogLine {
  readonly msg: string
  readonly level: number
}

function logLines (stdout: string): LogLine[] {
  return stdout.split('\n').filter((line) => line.startsWith('{')).map((line) => JSON.parse(line) as LogLine)
}

t.test('in development it starts on nothing, greets once, and writes no token where the output may be kept', async t => {
  const program = startProgram(t, 'start', { PORT: '0' })
  const stdout = await program.says(CURL_LINES)
  t.match(stdout, /\nBasVideo listens on (http:\/\/127\.0\.0\.1:\d+) · memory mode: a restart forgets everything · payments by simulator\nAPI reference: \1\/docs\n[^]*\nURL=\1\nAYSE=/)
  program.child.kill('SIGINT')
  const { code, stdout: all } = await program.exit
  t.equal(code, 0)
  t.equal(all.split('BasVideo listens on').length, 2, 'once')
  t.notMatch(all, 'eyJ')
  t.match(logLines(all).map(({ msg }) => msg), ['Server listening at', 'closing', 'closed'])
})

t.test('in development a token is good after a restart in the same folder, and in no other', async t => {
  const folder = emptyFolder(t)
  const { stdout: token } = await startProgram(t, 'token', {}, [], ['ayse'], folder).exit
  const statusIn = async (cwd: string): Promise<number> => {
    const program = startProgram(t, 'start', { PORT: '0' }, [], [], cwd)
    const { status } = await fetch(`${await listening(program)}/api/messages`, { headers: { authorization: `Bearer ${token.trim()}` } })
    program.child.kill('SIGKILL')
    await program.exit
    return status
  }
  t.same([await statusIn(folder), await statusIn(folder), await statusIn(emptyFolder(t))], [200, 200, 401])
})

t.test('in development a damaged file of secrets is one line and exit code 1', async t => {
  const folder = emptyFolder(t)
  mkdirSync(join(folder, '.basvideo'))
  writeFileSync(join(folder, '.basvideo/secrets.json'), '{')
  t.same(await startProgram(t, 'start', { PORT: '0' }, [], [], folder).exit, {
    code: 1,
    signal: null,
    stdout: '',
    stderr: 'basvideo does not start: .basvideo/secrets.json is damaged: delete it, and the next start creates a new one\n',
  })
})

t.test('in development it keeps data in DynamoDB where the SDK finds credentials', async t => {
  const found = { AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 'secret', AWS_REGION: 'eu-central-1', AWS_ENDPOINT_URL: 'http://127.0.0.1:1' }
  const program = startProgram(t, 'start', { ...found, PORT: '0' })
  await program.says(' · DynamoDB mode, without a journal · ')
})

t.test('in production it refuses an unsafe environment with one line and exit code 1', async t => {
  const refusals: Array<[variable: string, env: Record<string, string>]> = [
    ['JWT_SECRET', { ...PRODUCTION, JWT_SECRET: '' }],
    ['ADMIN_TOKEN', { ...PRODUCTION, ADMIN_TOKEN: 'short' }],
    ['ALLOW_MEMORY', { ...PRODUCTION, ALLOW_MEMORY: '' }],
    ['ORDERS', { ...PRODUCTION, ORDERS: '' }],
  ]
  await Promise.all(refusals.map(async ([variable, env]) => {
    const { code, stdout, stderr } = await startProgram(t, 'start', env).exit
    t.equal(code, 1)
    t.equal(stdout, '')
    t.match(stderr, new RegExp(`^basvideo does not start: ${variable} [^\n]+\n$`))
  }))
})

t.test('a value of a wrong form hides no other fault of the configuration', async t => {
  const { code, stdout, stderr } = await startProgram(t, 'start', { PORT: 'http', JWT_SECRET: 'short', SHOP_TIME_ZONE: 'Mars' }).exit
  t.same([code, stdout], [1, ''])
  t.same([...stderr.matchAll(/^basvideo does not start: (\w+)/gm)].map(([, variable]) => variable).sort(), ['JWT_SECRET', 'PORT', 'SHOP_TIME_ZONE'])
})

t.test('in production it logs lines of JSON and nothing else, and greets in no mode whose tokens others sign', async t => {
  const program = startProgram(t, 'start', { ...PRODUCTION, JWT_SECERT: 'x' })
  const url = await listening(program)
  t.equal((await fetch(`${url}/api/messages`, { headers: as('ada') })).status, 200)
  program.child.kill('SIGTERM')
  const { code, stdout, stderr } = await program.exit
  t.same([code, stderr], [0, ''])
  t.same(logLines(stdout).length, stdout.trim().split('\n').length, 'no greeting')
  t.match(logLines(stdout)[0], { level: 40, msg: 'JWT_SECERT is not read; JWT_SECRET may be meant' })
  t.match(logLines(stdout).find(({ msg }) => msg === 'started'), { version: String, mode: 'memory', journal: null, providers: ['simulator'], auth: 'secret' })
  for (const secret of [JWT_SECRET, WEBHOOK_SECRET, 'eyJ']) t.notOk(stdout.includes(secret))
  const jwks = startProgram(t, 'start', { PORT: '0', AUTH_MODE: 'jwks', JWKS_URL: 'http://127.0.0.1:1/' })
  await listening(jwks)
  jwks.child.kill('SIGTERM')
  t.notMatch((await jwks.exit).stdout, /BasVideo listens on|eyJ/, 'no tokens are made where others make them')
})

t.test('SIGTERM lets a running request finish, then ends within ten seconds with 0', async t => {
  const program = startProgram(t, 'start', PRODUCTION)
  const url = await listening(program)
  const paying = fetch(`${url}/api/payments/process`, {
    method: 'POST',
    headers: { ...as('ada'), ...key('k-1'), 'content-type': 'application/json' },
    body: JSON.stringify({ amount: 500, currency: 'TRY', orderId: 'order-1', paymentMethod: { token: 'tok_slow' } }),
  })
  const running = async (): Promise<boolean> => {
    const { items } = await (await fetch(`${url}/api/payments`, { headers: as('ada') })).json() as { items: unknown[] }
    return items.length === 1
  }
  // The intent is stored before the provider is asked.
  while (!await running());
  const start = performance.now()
  program.child.kill('SIGTERM')
  const paid = await paying
  t.equal(paid.status, 201)
  t.match(await paid.json(), { status: 'succeeded' })
  const { code, signal, stdout } = await program.exit
  t.same([code, signal], [0, null])
  t.ok(performance.now() - start < 10_000)
  const messages = logLines(stdout).map(({ msg }) => msg)
  t.ok(messages.indexOf('closing') < messages.lastIndexOf('request'), 'the request ended while it closed')
  t.equal(messages.at(-1), 'closed')
})

t.test('a check of the configuration says whether it is valid, and starts nothing', async (t) => {
  const valid = await startProgram(t, 'start', { ...PRODUCTION, JWT_SECERT: 'x' }, [], ['--check']).exit
  t.match(valid, { code: 0, stderr: '', stdout: /^JWT_SECERT is not read; JWT_SECRET may be meant\nThe configuration is valid: \{"version":"[\d.]+","mode":"memory","journal":null,"providers":\["simulator"\],"auth":"secret"\}\n$/ })
  const tables = { USE_DYNAMODB: 'true', AWS_REGION: 'eu-central-1', DYNAMODB_TABLE_MESSAGES: 'shop-messages' }
  t.match((await startProgram(t, 'start', { ...PRODUCTION, ...tables }, [], ['--check']).exit).stdout, '"mode":"dynamodb","region":"eu-central-1","tables":"shop-*"')
  t.match(await startProgram(t, 'start', { PORT: 'http', LOG_LEVEL: 'loud' }, [], ['--check']).exit, { code: 1, stdout: '', stderr: /^(?:basvideo does not start: [^\n]+\n){2}$/ })
})

t.test('an uncaught error is logged, and the process closes in good order and ends with 1', async t => {
  const thrower = 'process.once("SIGUSR2",()=>{throw new Error("an uncaught error")})'
  const program = startProgram(t, 'start', PRODUCTION, ['--import', `data:text/javascript,${thrower}`])
  await listening(program)
  program.child.kill('SIGUSR2')
  const { code, stdout } = await program.exit
  t.equal(code, 1)
  t.match(logLines(stdout), [{}, { msg: 'started' }, { level: 60, msg: 'closing after an uncaught error', err: { message: 'an uncaught error', stack: String } }, { msg: 'closing' }, { msg: 'closed' }])
})

t.test('a fault that no setting explains is shown with its stack', async t => {
  const broken = 'import net from "node:net"; net.Server.prototype.listen = () => { throw new Error("on purpose") }'
  t.match(await startProgram(t, 'start', PRODUCTION, ['--import', `data:text/javascript,${broken}`]).exit, { code: 1, stderr: /^basvideo does not start: Error: on purpose\n +at / })
})

t.test('a taken port is a failure with its reason', async t => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => { server.close() })
  const { code, stderr } = await startProgram(t, 'start', { ...PRODUCTION, PORT: String((server.address() as AddressInfo).port) }).exit
  t.equal(code, 1)
  t.match(stderr, /^basvideo does not start: HOST, PORT: the address is taken \(listen EADDRINUSE[^\n]*\)\n$/)
  const nowhere = await startProgram(t, 'start', { ...PRODUCTION, HOST: '192.0.2.1' }).exit
  t.match(nowhere, { code: 1, stderr: /^basvideo does not start: HOST, PORT: this machine has no such address [^\n]*\n$/ })
})

t.test('the printed OpenAPI document is the one that a service serves', async t => {
  const { code, stdout, stderr } = await startProgram(t, 'openapi').exit
  t.same([code, stderr], [0, ''])
  const { contract: { document } } = await startService(t)
  const printed = JSON.parse(stdout) as typeof document
  t.same(printed.paths, document.paths)
  t.same(printed.components, document.components)
})

/** The service with another standard output, once it answers. */
async function startWith (t: Test, stdout: 'pipe' | number): Promise<{ child: ChildProcess, url: string }> {
  const port = String(await freePort())
  const main = fileURLToPath(import.meta.resolve('#infrastructure/programs/start.js'))
  const child = spawn(process.execPath, [main], { cwd: emptyFolder(t), stdio: ['ignore', stdout, 'inherit'], env: { ...process.env, ...PRODUCTION, PORT: port, METRICS_TOKEN } })
  t.teardown(() => { child.kill('SIGKILL') })
  const url = `http://127.0.0.1:${port}`
  while (!await fetch(`${url}/api/health/live`).then(({ ok }) => ok, () => false)) t.equal(child.exitCode, null)
  return { child, url }
}

async function endsWith0 (t: Test, child: ChildProcess): Promise<void> {
  const start = performance.now()
  child.kill('SIGTERM')
  t.same(await once(child, 'exit'), [0, null])
  t.ok(performance.now() - start < 10_000)
}

t.test('a log on a full disk costs its lines alone: requests are answered, and SIGTERM ends the service', async (t) => {
  const { child, url } = await startWith(t, openSync('/dev/full', 'w'))
  for (let left = 20; left > 0; left--) t.equal((await fetch(`${url}/api/messages`, { headers: as('ada') })).status, 200)
  await endsWith0(t, child)
})

t.test('a log that is read no more costs its lines alone: requests are answered, and SIGTERM ends the service', async (t) => {
  const { child, url } = await startWith(t, 'pipe')
  // More lines than the kernel keeps for a reader.
  for (let left = 50; left > 0; left--) await Promise.all(Array.from({ length: 40 }, async () => { await (await fetch(`${url}/api/health/live`)).text() }))
  t.match(await (await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${METRICS_TOKEN}` } })).text(), /^basvideo_log_lines_dropped_total 0$/m)
  await endsWith0(t, child)
})
