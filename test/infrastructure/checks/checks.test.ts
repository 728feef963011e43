import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { lineOf, type Finding } from '#infrastructure/checks/finding.js'
import { checkConfiguration } from '#infrastructure/checks/configuration.js'
import { checkDisk, trialFinding } from '#infrastructure/checks/disk.js'
import { checkMail } from '#infrastructure/checks/mail.js'
import { checkProviders, checkSms } from '#infrastructure/checks/providers.js'
import { checkStore } from '#infrastructure/checks/store.js'
import { loadConfig, type Config } from '#infrastructure/config/config.js'
import { tableNames } from '#adapters/dynamodb/engine/tables.js'
import { API_KEY, SECRET_KEY, startIyzicoServer } from '../../support/iyzico-server.js'
import { refusal, startMailServer } from '../../support/mail-server.js'
import { emptyFolder } from '../../support/process.js'
import { startProviderServer } from '../../support/provider-server.js'
import { startStripeServer, STRIPE_KEY } from '../../support/stripe-server.js'

const configOf = (env: Record<string, string>): Config => loadConfig(env, () => 'a secret that is long enough for all')

const lines = (findings: readonly Finding[]): string[] => findings.map((finding) => lineOf(finding, []))

t.test('a line has a grade, a subject, what is so and a remedy, and covers secrets', async (t) => {
  t.equal(lineOf({ grade: 'fault', subject: 'mail', says: 'geheim\nand geheim', remedy: 'none' }, ['geheim']), 'FAULT mail: … and …. Remedy: none')
  t.equal(lineOf({ grade: 'ok', subject: 'mail', says: 'sent', remedy: null }, []), 'ok    mail: sent')
})

t.test('a configuration is summed up, its strangers are noted, and each fault is a line', async (t) => {
  const { config, findings } = await checkConfiguration({ USE_DYNAMODB: 'false', SMTP_ULR: 'x' })
  t.equal(config?.mode, 'memory')
  t.same(lines(findings), [
    'ok    configuration: development, memory mode, payments by simulator',
    'note  configuration: SMTP_ULR is not read; SMTP_URL may be meant. Remedy: docs/configuration.md says what each variable takes',
  ])
  const production = { NODE_ENV: 'production', JWT_SECRET: '7 secrets of tests that no one guesses', ORDERS: 'open', ALLOW_SIMULATOR: 'true', SIMULATOR_WEBHOOK_SECRET: 'whsec_c2VjcmV0IG9mIHRlc3RzIGFuZCBtb3Jl' }
  t.same(lines((await checkConfiguration(production)).findings), ['ok    configuration: production, DynamoDB mode, payments by simulator'])
  const wrong = await checkConfiguration({ PORT: 'http', JWT_SECRET: 'short', USE_DYNAMODB: 'false' })
  t.equal(wrong.config, null)
  t.match(lines(wrong.findings), [/^FAULT configuration: JWT_SECRET .+ Remedy: docs/, /^FAULT configuration: PORT .+ Remedy: docs/, /^note {2}the rest: /])
})

t.test('a provider accepts our key, refuses it, or does not answer, each with its remedy', async (t) => {
  const [stripe, iyzico] = [await startStripeServer(t), await startIyzicoServer(t)]
  const env = {
    PAYMENT_PROVIDERS: 'stripe, iyzico, simulator',
    STRIPE_SECRET_KEY: STRIPE_KEY,
    STRIPE_WEBHOOK_SECRETS: 'whsec_0123456789abcdef',
    STRIPE_BASE_URL: stripe.url,
    IYZICO_API_KEY: API_KEY,
    IYZICO_SECRET_KEY: SECRET_KEY,
    IYZICO_BASE_URL: iyzico.url,
  }
  t.same(lines(await checkProviders(configOf(env))), ['ok    payments by stripe: it takes our key', 'ok    payments by iyzico: it takes our key', 'ok    payments by simulator: it needs no key'])
  iyzico.willMisbehave('reset')
  const [first, second] = lines(await checkProviders(configOf({ ...env, STRIPE_SECRET_KEY: 'sk_test_another' })))
  t.match(first, /^FAULT payments by stripe: it refuses our key \(api_key_invalid\)\. Remedy: correct the variables that begin with STRIPE_/)
  t.match(second, /^FAULT payments by iyzico: the connection to iyzico failed\. Remedy: let this machine reach iyzico, and correct the variables that begin with IYZICO_/)
})

t.test('a provider of SMS accepts our account, refuses it, or does not answer, each with its remedy', async (t) => {
  const basic = (user: string, password: string) => `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
  const server = await startProviderServer(t, ({ method, path, headers: { authorization } }) => {
    if (method !== 'GET') return { status: 404, body: 'not found' }
    if (path === '/2010-04-01/Accounts/AC1.json') return authorization === basic('AC1', 'token') ? { body: { sid: 'AC1', status: 'active' } } : { status: 401, body: { code: 20003, status: 401 } }
    if (path !== '/sms/rest/v2/msgheader') return { status: 404, body: 'not found' }
    return authorization === basic('850', 'word') ? { body: { code: '00', msgheaders: ['BASVIDEO'] } } : { status: 406, body: { code: '30', description: 'credentials' } }
  })
  const netgsm = { SMS_PROVIDER: 'netgsm', SMS_URL: server.url, NETGSM_USERCODE: '850', NETGSM_PASSWORD: 'word', NETGSM_HEADER: 'BASVIDEO' }
  const twilio = { SMS_PROVIDER: 'twilio', SMS_URL: server.url, TWILIO_ACCOUNT_SID: 'AC1', TWILIO_AUTH_TOKEN: 'token', TWILIO_FROM: '+15005550006' }
  const check = async (env: Record<string, string>) => lineOf(await checkSms(configOf(env)), [])
  t.equal(await check(netgsm), 'ok    SMS by netgsm: it takes our key')
  t.equal(await check(twilio), 'ok    SMS by twilio: it takes our key')
  t.match(await check({ ...netgsm, NETGSM_PASSWORD: 'other' }), /^FAULT SMS by netgsm: it refuses our key \(30\)\. Remedy: correct the variables that begin with NETGSM_/)
  t.match(await check({ ...netgsm, NETGSM_HEADER: 'OTHER' }), /^FAULT SMS by netgsm: it refuses our key \(NETGSM_HEADER is not approved\)/)
  t.match(await check({ ...twilio, TWILIO_AUTH_TOKEN: 'other' }), /^FAULT SMS by twilio: it refuses our key \(20003\)/)
  for (const env of [netgsm, twilio]) {
    server.willMisbehave('reset', 'error_500', 'redirect')
    t.match(await check(env), /^FAULT SMS by \w+: the connection to (?:Netgsm|Twilio) failed\. Remedy: let this machine reach/)
    t.match(await check(env), /^FAULT SMS by \w+: (?:Netgsm|Twilio) answers 500 without a code/)
    t.match(await check(env), /^FAULT SMS by \w+: the connection to/)
  }
  t.equal(await check({}), 'ok    SMS: no SMS_PROVIDER: SMS are shown at /dev/outbox')
  t.equal(lineOf(await checkSms({ ...configOf({}), production: true }), []), 'ok    SMS: no SMS_PROVIDER: SMS are not sent')
  t.ok(server.requests.every(({ method }) => method === 'GET'), 'nothing is sent')
})

t.test('a mail server takes our connection, refuses our password, has no TLS, or is not there, each with its remedy', async (t) => {
  const { port, mails } = await startMailServer(t, {
    authOptional: true, allowInsecureAuth: true, onAuth: ({ password }, _session, done) => { done(password === 'right' ? null : refusal(535), { user: 'ada' }) },
  })
  const check = async (url: string, env = {}) => lineOf(await checkMail(configOf({ SMTP_URL: url, MAIL_FROM: 'a@shop.example', ...env })), [])
  t.equal(await check(`smtp://127.0.0.1:${port}`), 'ok    mail: 127.0.0.1 takes our connection')
  t.equal(await check(`smtp://ada:right@127.0.0.1:${port}`), 'ok    mail: 127.0.0.1 takes our connection and password')
  t.equal(await check(`smtp://ada:wrong@127.0.0.1:${port}`), 'FAULT mail: 127.0.0.1: EAUTH 535. Remedy: correct the user and the password in SMTP_URL')
  t.match(await check('smtp://127.0.0.1:1'), /^FAULT mail: 127\.0\.0\.1: E\w+\. Remedy: correct the host and the port in SMTP_URL/)
  const { notifications, production } = configOf({ SMTP_URL: `smtp://127.0.0.1:${port}`, MAIL_FROM: 'a@shop.example' })
  const strict = { production, notifications: { ...notifications, smtp: notifications.smtp === null ? null : { ...notifications.smtp, requireTls: true } } } as Config
  t.match(lineOf(await checkMail(strict), []), /^FAULT mail: 127\.0\.0\.1: ETLS.* Remedy: take a server with TLS, as by smtps:\/\/ in SMTP_URL/)
  t.equal(await check(''), 'ok    mail: no SMTP_URL: mails are shown at /dev/outbox')
  t.equal(lineOf(await checkMail({ ...configOf({}), production: true }), []), 'ok    mail: no SMTP_URL: mails are not sent')
  t.same(mails, [])
})

t.test('the folder of the journal is writable with room and speed, or the line says what it lacks', async (t) => {
  const folder = emptyFolder(t)
  t.match(lineOf(await checkDisk(configOf({ DATA_DIR: folder })), []), /^(?:ok|FAULT) +DATA_DIR: /)
  t.equal(lineOf(await checkDisk(configOf({})), []), 'ok    DATA_DIR: not set: there is no journal')
  const missing = join(folder, 'data')
  t.match(lineOf(await checkDisk(configOf({ DATA_DIR: missing })), []), `FAULT DATA_DIR: ${missing} takes no file (ENOENT). Remedy: make the folder`)
  const GIB = 1024 ** 3
  t.equal(trialFinding('/data', { freeBytes: GIB, syncMs: 1.2 }).says, '/data is writable, 1024 MiB free, a sync takes 2 ms')
  t.match(trialFinding('/data', { freeBytes: GIB / 8, syncMs: 1 }), { grade: 'fault', says: '/data has 128 MiB free', remedy: /free at least 256 MiB/ })
  t.match(trialFinding('/data', { freeBytes: GIB, syncMs: 1500 }), { grade: 'fault', says: '/data: a sync takes 1500 ms', remedy: /faster disk/ })
})

/** A DynamoDB that answers each request with this. */
async function storeAnswering (t: Test, status: number, body: object, date: string | null = null) {
  const server = createServer((_request, response) => {
    response.sendDate = false
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0', ...(date === null ? {} : { date }) }).end(JSON.stringify(body))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => { server.close().closeAllConnections() })
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return { region: 'us-east-1', endpoint, credentials: { accessKeyId: 'local', secretAccessKey: 'local' }, tableNames: tableNames({}) }
}

t.test('a clock that is off, or that has nothing to compare with, is told from one that is right', async (t) => {
  const now = Date.parse('2026-11-30T12:00:00Z')
  const refusal = { __type: 'com.amazonaws.dynamodb.v20120810#InvalidSignatureException', message: 'Signature expired' }
  const clockLine = async (date: string | null) => lines(await checkStore({ mode: 'dynamodb', dynamodb: await storeAnswering(t, 400, refusal, date) }, 'start', () => now))[0]
  t.equal(await clockLine('Mon, 30 Nov 2026 11:59:58 GMT'), 'ok    clock: 2 s from that of DynamoDB')
  t.match(await clockLine('Mon, 30 Nov 2026 11:50:00 GMT'), /^FAULT clock: this machine is 600 s ahead of DynamoDB\. Remedy: set the clock/)
  t.match(await clockLine('Mon, 30 Nov 2026 12:10:00 GMT'), /^FAULT clock: this machine is 600 s behind DynamoDB\. Remedy: set the clock/)
  t.equal(await clockLine(null), 'note  clock: the server names no time to compare with')
})

t.test('a DynamoDB that is not reached, or takes no request of ours, ends the look', async (t) => {
  const refusing = await storeAnswering(t, 400, { __type: 'com.amazonaws.dynamodb.v20120810#UnrecognizedClientException', message: 'no' })
  const look = async (dynamodb: typeof refusing | Omit<typeof refusing, 'endpoint'>) => lines(await checkStore({ mode: 'dynamodb', dynamodb }, 'start'))
  t.match(await look(refusing), [/^note {2}clock: /, /^FAULT DynamoDB: 127\.0\.0\.1:\d+ takes no request of ours \(UnrecognizedClientException\)\. Remedy: correct AWS_ACCESS_KEY_ID/])
  t.match(await look({ ...refusing, endpoint: 'http://127.0.0.1:1' }), [/^FAULT DynamoDB: 127\.0\.0\.1:1 is not reached: .*ECONNREFUSED.* Remedy: start the server at DYNAMODB_ENDPOINT/])
  const { endpoint: _, ...aws } = refusing
  t.match(await look({ ...aws, region: 'no region' }), [/^FAULT DynamoDB: AWS, region no region is not reached: .* Remedy: check AWS_REGION/])
  t.same(lines(await checkStore(configOf({ USE_DYNAMODB: 'false' }), 'start')), ['ok    DynamoDB: is not used in memory mode'])
})
