import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import t from 'tap'
import { loadConfig } from '#infrastructure/config/config.js'
import { ConfigError } from '#infrastructure/config/variables.js'
import { developmentSecrets } from '#infrastructure/runtime/development-secrets.js'
import { ADMIN_TOKEN, JWT_SECRET, WEBHOOK_SECRET } from '../../support/service.js'

const modeOf = (path: string): number => statSync(path).mode & 0o777

t.test('secrets of development outlive a restart, differ by variable and by folder, and are long enough', async (t) => {
  const [folder, other] = [t.testdir(), join(t.testdirName, 'other')]
  mkdirSync(other)
  const secretOf = developmentSecrets(folder)
  const secret = secretOf('JWT_SECRET')
  t.match(secret, /^[0-9a-f]{64}$/)
  t.equal(secretOf('JWT_SECRET'), secret)
  t.equal(developmentSecrets(folder)('JWT_SECRET'), secret)
  t.not(secretOf('UNSUBSCRIBE_SECRET'), secret)
  t.not(developmentSecrets(other)('JWT_SECRET'), secret)
})

t.test('the folder and the file are closed to other users, and closed again where their rights were widened', async (t) => {
  const folder = join(t.testdir(), '.basvideo')
  const secret = developmentSecrets(t.testdirName)('JWT_SECRET')
  t.same([modeOf(folder), modeOf(join(folder, 'secrets.json'))], [0o700, 0o600])
  t.same(readdirSync(folder), ['secrets.json'], 'no draft is left')
  chmodSync(folder, 0o755)
  chmodSync(join(folder, 'secrets.json'), 0o644)
  t.equal(developmentSecrets(t.testdirName)('JWT_SECRET'), secret)
  t.same([modeOf(folder), modeOf(join(folder, 'secrets.json'))], [0o700, 0o600])
})

t.test('processes that start at the same time have the same secrets', async (t) => {
  const folder = t.testdir()
  const script = `
    const { developmentSecrets } = await import('${import.meta.resolve('#infrastructure/runtime/development-secrets.js')}')
    process.stdout.write('ready ')
    process.stdin.once('end', () => { process.stdout.write(developmentSecrets(${JSON.stringify(folder)})('JWT_SECRET')) }).resume()`
  const children = Array.from({ length: 8 }, () => spawn(process.execPath, ['--input-type=module', '--eval', script], { stdio: ['pipe', 'pipe', 'inherit'] }))
  await Promise.all(children.map(async ({ stdout }) => { await once(stdout, 'readable') }))
  const secrets = await Promise.all(children.map(async ({ stdin, stdout }) => {
    stdin.end()
    return await text(stdout)
  }))
  t.same(secrets, secrets.map(() => `ready ${developmentSecrets(folder)('JWT_SECRET')}`))
})

t.test('a link in place of the file that leads nowhere is replaced', async (t) => {
  const folder = t.testdir({ '.basvideo': {} })
  symlinkSync('nowhere', join(folder, '.basvideo', 'secrets.json'))
  const secret = developmentSecrets(folder)('JWT_SECRET')
  t.equal(developmentSecrets(folder)('JWT_SECRET'), secret)
})

t.test('production and variables that are set neither read nor write the file', async (t) => {
  const folder = t.testdir({ '.basvideo': { 'secrets.json': 'damaged' } })
  const secretOf = developmentSecrets(folder)
  const set = { JWT_SECRET, SIMULATOR_WEBHOOK_SECRET: WEBHOOK_SECRET, UNSUBSCRIBE_SECRET: ADMIN_TOKEN, TICKET_SECRET: 'q7Zp2-a-ticket-secret-of-32-characters', SHIPPING_CARRIERS: 'manual', VIDEO_PROVIDER: 'none' }
  t.match(loadConfig(set, secretOf).auth, { secret: JWT_SECRET })
  t.match(loadConfig({ NODE_ENV: 'production', ALLOW_SIMULATOR: 'true', ORDERS: 'open', ...set }, secretOf).auth, { secret: JWT_SECRET })
  t.throws(() => loadConfig({ NODE_ENV: 'production' }, secretOf), { message: /^JWT_SECRET / })
  t.throws(() => loadConfig({}, secretOf), { message: /^\.basvideo\/secrets\.json is damaged/ }, 'but development reads it')
})

t.test('a damaged file is one line that names the remedy', async (t) => {
  for (const content of ['', '{"seed":"', '{"seed":"abc"}\n', 'null', '{}']) {
    const folder = t.testdir({ '.basvideo': { 'secrets.json': content } })
    t.throws(() => developmentSecrets(folder)('JWT_SECRET'), { name: ConfigError.name, message: /^\.basvideo\/secrets\.json is damaged: delete it, [^\n]+$/ }, content)
    t.equal(readFileSync(join(folder, '.basvideo/secrets.json'), 'utf8'), content, 'and stays')
  }
})

t.test('a file that cannot be read or created is one line that names the variable to set', async (t) => {
  const unreadable = t.testdir({ '.basvideo': { 'secrets.json': {} } })
  t.throws(() => developmentSecrets(unreadable)('JWT_SECRET'), { name: ConfigError.name, message: /^\.basvideo\/secrets\.json cannot be read or created \(EISDIR[^\n]+JWT_SECRET[^\n]+$/ })
  const occupied = t.testdir()
  writeFileSync(join(occupied, '.basvideo'), '')
  t.throws(() => developmentSecrets(occupied)('UNSUBSCRIBE_SECRET'), { name: ConfigError.name, message: /cannot be read or created \(EEXIST[^\n]+UNSUBSCRIBE_SECRET[^\n]+$/ })
  t.notOk(existsSync(join(occupied, '.basvideo', 'secrets.json')))
})
