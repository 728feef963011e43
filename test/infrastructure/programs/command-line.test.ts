// @own-process
import { spawnSync } from 'node:child_process'
import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import t, { type Test } from 'tap'
import { makeSecretTokenVerifier } from '#adapters/tokens/own-tokens.js'
import { startFaultProxy } from '../../support/dynamodb-proxy.js'
import { emptyFolder, startProgram } from '../../support/process.js'
import { JWT_SECRET } from '../../support/service.js'

const PROGRAMS = readdirSync('src/infrastructure/programs').map((file) => file.replace('.ts', ''))

function basvideo (...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['bin/basvideo.js', ...args], { encoding: 'utf8' })
  return { status, stdout, stderr }
}

async function token (t: Test, args: string[], env: Record<string, string> = { JWT_SECRET }) {
  return await startProgram(t, 'token', env, [], args).exit
}

t.test('the command lists every program, and no other', async (t) => {
  const { status, stdout, stderr } = basvideo('help')
  t.same([status, stderr], [0, ''])
  t.same(basvideo('--help'), { status, stdout, stderr })
  t.same([...stdout.matchAll(/^ {2}(\w+) +\w/gm)].map(([, name]) => name).sort(), PROGRAMS.toSorted())
})

t.test('a command that is missing or unknown is one line and exit code 2', async (t) => {
  t.same(basvideo(), { status: 2, stdout: '', stderr: 'basvideo: a command is needed; see basvideo help\n' })
  for (const name of ['fly', 'toString', '--fly']) t.same(basvideo(name), { status: 2, stdout: '', stderr: `basvideo: there is no command ${name}; see basvideo help\n` })
})

t.test('the command runs a program with its arguments, and ends as it does', async (t) => {
  t.same(basvideo('tables', '--fly'), { status: 2, stdout: '', stderr: "basvideo tables: Unknown option '--fly'; see basvideo tables --help\n" })
})

for (const name of PROGRAMS) {
  t.test(`${name} --help prints the usage and does nothing else; an unknown argument is one line and exit code 2`, async (t) => {
    const folder = emptyFolder(t)
    const [help, unknown] = await Promise.all([['--help'], ['--fly']].map(async (args) => await startProgram(t, name, {}, [], args, folder).exit))
    t.match(help, { code: 0, stdout: new RegExp(`^Usage: basvideo ${name}(?: [^\n]+\n[^]*)?\n$`), stderr: '' })
    t.match(unknown, { code: 2, stdout: '', stderr: `basvideo ${name}: Unknown option '--fly'; see basvideo ${name} --help\n` })
    t.same(readdirSync(folder), [])
  })
}

t.test('a program that needs DynamoDB refuses settings that nothing can be reached with, in a line for each', async (t) => {
  const env = { DYNAMODB_ENDPOINT: 'localhost:8000', AWS_REGION: 'US East', AWS_ACCESS_KEY_ID: 'AKIA', DYNAMODB_TABLE_MESSAGES: 'bad name!', EARLIER_PAYMENTS_FILE: 'nowhere.json', DATA_DIR: emptyFolder(t) }
  for (const name of ['tables', 'backfill', 'drain']) {
    const { code, stdout, stderr } = await startProgram(t, name, env).exit
    const variables = stderr.trim().split('\n').map((line) => line.replace(`basvideo ${name}: `, '').split(' ', 1).join())
    t.same([code, stdout, variables], [1, '', ['AWS_SECRET_ACCESS_KEY', 'AWS_REGION', 'DYNAMODB_ENDPOINT', 'DYNAMODB_TABLE_MESSAGES', ...(name === 'tables' ? [] : ['EARLIER_PAYMENTS_FILE'])]], stderr)
  }
  t.same(readdirSync(env.DATA_DIR), [], 'nothing was begun')
})

t.test('a program that would run on handles SIGTERM from its first line on, as PID 1 has to', async (t) => {
  const waiting = await startFaultProxy('http://127.0.0.1:1')
  t.teardown(waiting.stop)
  waiting.plan = () => ({ status: 200, body: { Table: { TableStatus: 'UPDATING' } } })
  // The signal comes as soon as the program handles it. Without a handler it would end the process by itself, and PID 1 not at all.
  const early = 'const { on } = process; process.on = function (name, listener) { on.call(this, name, listener); if (name === "SIGTERM" && listener.name === "end") process.kill(process.pid, name); return this }'
  for (const [name, ends] of [['start', [0, 143]], ['tables', [143]]] as const) {
    const { code, signal } = await startProgram(t, name, { PORT: '0', DYNAMODB_ENDPOINT: name === 'tables' ? waiting.endpoint : '' }, ['--import', `data:text/javascript,${encodeURIComponent(early)}`]).exit
    t.equal(signal, null, name)
    t.ok(ends.some((end) => end === code), `${name}: ${code}`)
  }
})

t.test('a file of variables may begin with a byte order mark, must be UTF-8, and yields to what is set', async (t) => {
  const folder = emptyFolder(t)
  const script = `
    const { loadEnvFile } = await import('${pathToFileURL('scripts/support/env-file.js').href}')
    loadEnvFile('.env')
    process.stdout.write(JSON.stringify([process.env.FIRST, process.env.SECOND, process.env.THIRD]))`
  const load = (content: Buffer | null) => {
    if (content !== null) writeFileSync(join(folder, '.env'), content)
    const { status, stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', script], { cwd: folder, encoding: 'utf8', env: { SECOND: 'set' } })
    return { status, stdout, stderr }
  }
  t.same(load(null), { status: 0, stdout: '[null,"set",null]', stderr: '' })
  t.same(load(Buffer.from('\ufeffFIRST=one\r\nSECOND=two\nTHIRD="şeker" # said\n')), { status: 0, stdout: '["one","set","şeker"]', stderr: '' })
  for (const other of [Buffer.from('\ufeffFIRST=one\n', 'utf16le'), Buffer.from('FIRST=one\n', 'utf16le'), Buffer.from('FIRST=\xfc\n', 'latin1')]) {
    t.same(load(other), { status: 1, stdout: '', stderr: '.env must be a text in UTF-8\n' })
  }
})

t.test('token signs what the service takes: a user, for two hours', async (t) => {
  const { code, stdout, stderr } = await token(t, ['ayse'])
  t.same([code, stderr], [0, ''])
  const verify = makeSecretTokenVerifier({ secret: JWT_SECRET, issuer: 'basvideo', audience: 'basvideo-api' })
  const { iat, exp, ...claims } = verify(stdout.trim())
  t.same(claims, { sub: 'ayse', iss: 'basvideo', aud: 'basvideo-api' })
  t.equal(Number(exp) - Number(iat), 7200)
  const other = verify((await token(t, ['can', '--role', 'admin', '--ttl', '30m', '--email', 'can@shop.example'])).stdout.trim())
  t.match(other, { sub: 'can', role: 'admin', email: 'can@shop.example', email_verified: true })
  t.equal(Number(other['exp']) - Number(other['iat']), 1800)
})

t.test('token refuses wrong arguments with one line and exit code 2', async (t) => {
  const wrong: Array<[args: string[], reason: string]> = [
    [[], 'exactly one user is needed'],
    [['ayse', 'mehmet'], 'exactly one user is needed'],
    [['two words'], 'a user is at most 128 of'],
    [[''], 'a user is at most 128 of'],
    [['ayse', '--role', 'king'], '--role must be admin'],
    [['ayse', '--ttl', '2'], '--ttl must be'],
    [['ayse', '--ttl', '0h'], '--ttl must be'],
    [['ayse', '--ttl'], "Option '--ttl <value>' argument missing"],
  ]
  await Promise.all(wrong.map(async ([args, reason]) => {
    t.match(await token(t, args), { code: 2, stdout: '', stderr: new RegExp(`^basvideo token: ${reason}[^\n]*; see basvideo token --help\n$`) }, args.join(' '))
  }))
})

t.test('token signs no token that the service takes for too long', async (t) => {
  const env = { JWT_SECRET, TOKEN_MAX_HOURS: '1' }
  t.match(await token(t, ['ayse', '--ttl', '61m'], env), { code: 1, stdout: '', stderr: 'basvideo token: TOKEN_MAX_HOURS lets no token live that long\n' })
  t.match(await token(t, ['ayse', '--ttl', '60m'], env), { code: 0, stderr: '' })
})

t.test('token refuses production and other modes with one line and exit code 1', async (t) => {
  const refused: Array<[env: Record<string, string>, reason: string]> = [
    [{ NODE_ENV: 'production', JWT_SECRET }, 'NODE_ENV is production'],
    [{ AUTH_MODE: 'local' }, 'AUTH_MODE is local'],
    [{ AUTH_MODE: 'jwks', JWKS_URL: 'https://id.example/' }, 'AUTH_MODE is jwks'],
    [{ JWT_SECRET: 'short' }, 'JWT_SECRET must have at least 32 characters'],
    [{ JWT_SECRET: 'short', HOST: '[::1]' }, 'HOST must be an address or a name alone[^\n]*\nbasvideo token: JWT_SECRET must have'],
  ]
  await Promise.all(refused.map(async ([env, reason]) => {
    t.match(await token(t, ['ayse'], env), { code: 1, stdout: '', stderr: new RegExp(`^basvideo token: ${reason}[^\n]*\n$`) }, reason)
  }))
})
