import { join } from 'node:path'
import t, { type Test } from 'tap'
import { backfillMessages } from '#adapters/dynamodb/messages/backfill-messages.js'
import { answered, asFarAs, readExpected, type Expectations, type Expected, type ExpectedFile } from '../fixtures/answers.js'
import { unpackedFolder } from '../fixtures/packed.js'
import { startSetting, type Setting, type SettingOptions } from '../fixtures/setting.js'
import { dynamoEnvironment, readTables, restore } from '../fixtures/tables.js'
import { startDynamoDb } from '../support/dynamodb.js'

/** How long jobs beside the requests may take until their work shows. */
const PATIENCE_MS = 30_000

const FOLDER = join('test', 'fixtures', '0.1.0')
const { keys, memory, tables, outage } = readExpected(join(FOLDER, 'expected.json'))

const dynamoDb = await startDynamoDb()
t.teardown(async () => await dynamoDb.stop())

async function start (t: Test, { clock }: Expectations, options: SettingOptions = {}): Promise<Setting> {
  return await startSetting(t, { ...options, clock, env: { ...keys, ...options.env } })
}

/** The environment of a service on tables of DynamoDB, filled by the fixture of this name, or empty. */
async function onTables (name: string | null = null): Promise<Record<string, string>> {
  const names = await dynamoDb.freshTables()
  if (name !== null) await restore(dynamoDb.database(names), readTables(join(FOLDER, name)))
  return dynamoEnvironment(dynamoDb, names)
}

function dataDir (t: Test, name: string): string {
  return unpackedFolder(t, join(FOLDER, name))
}

async function isAnswered (setting: Setting, { status, answer, ...question }: Expected): Promise<boolean> {
  const actual = await answered(setting, question)
  return actual.status === status && JSON.stringify(asFarAs(answer, actual.answer)) === JSON.stringify(answer)
}

/** Resolves once every answer is as expected, or after a time limit. Exports are left out, because each one adds to the audit log. */
async function catchUp (setting: Setting, { questions }: Expectations): Promise<void> {
  const end = performance.now() + PATIENCE_MS
  for (const question of questions.filter(({ url }) => !url.includes('/export'))) {
    while (!await isAnswered(setting, question) && performance.now() < end) await new Promise((resolve) => { setImmediate(resolve) })
  }
}

/** 0.1.0 counted the messages of the earlier application as unread only once the back-fill had taken them into the inbox. */
const UNREAD: Readonly<Record<string, number>> = { ayse: 3, mehmet: 7 }

/** The answer of 0.1.0 with what has changed since on purpose. */
function expectedNow ({ as: caller, url, answer }: Expected, isEarlier: boolean): unknown {
  const text = JSON.stringify(answer)
  const unread = UNREAD[caller]
  if (isEarlier && url === '/api/conversations' && unread !== undefined) return JSON.parse(text.replaceAll(/("unread(?:Total)?":)\d+/g, `$1${unread}`))
  // 0.1.0 showed times of the earlier application as they were stored.
  return url.startsWith('/api/messages') ? JSON.parse(text.replaceAll(':30Z"', ':30.000Z"')) : answer
}

async function check (t: Test, setting: Setting, { questions, repeats }: Pick<Expectations, 'questions' | 'repeats'>, isEarlier = false): Promise<void> {
  for (const { status, answer: before, ...question } of [...questions, ...repeats]) {
    const answer = expectedNow({ status, answer: before, ...question }, isEarlier)
    const actual = await answered(setting, question)
    t.same({ status: actual.status, answer: asFarAs(answer, actual.answer) }, { status, answer }, `${question.method} ${question.url} as ${question.as}`)
  }
}

t.test('memory mode reads everything from a journal of 0.1.0', async (t) => {
  const setting = await start(t, memory, { listen: true, env: { DATA_DIR: dataDir(t, 'memory-journal') } })
  await catchUp(setting, memory)
  await check(t, setting, memory)
})

t.test('a memory-mode journal of 0.1.0 drains into tables, and the answers stay the same', async (t) => {
  const setting = await start(t, memory, { listen: true, env: { ...await onTables(), DATA_DIR: dataDir(t, 'memory-journal') } })
  await catchUp(setting, memory)
  t.match((await setting.service.call('GET', '/api/health')).body, { mode: 'dynamodb', journal: { depth: 0, quarantined: 0 } })
  await check(t, setting, memory)
})

t.test('an outage journal of 0.1.0 drains into its tables', async (t) => {
  const setting = await start(t, outage, { listen: true, env: { ...await onTables('outage-tables.json.gz'), DATA_DIR: dataDir(t, 'outage-journal') } })
  await catchUp(setting, outage)
  t.match((await setting.service.call('GET', '/api/health')).body, { mode: 'dynamodb', journal: { depth: 0, quarantined: 1 } })
  await check(t, setting, outage)
})

t.test('an administrator resolves a write that 0.1.0 left in quarantine', async (t) => {
  const setting = await start(t, outage, { env: { ...await onTables('outage-tables.json.gz'), DATA_DIR: dataDir(t, 'outage-journal') } })
  const ask = async (method: string, url: string, body?: Record<string, unknown>) => await setting.ask({ as: '#admin', method, url, body })
  const [left] = (await ask('GET', '/api/admin/quarantine')).body.items
  t.match(left, { kind: 'message', reason: 'blocked: the receiver takes no messages from you' })
  t.match(await ask('POST', `/api/admin/quarantine/${String(left?.['sequence'])}/resolve`, { note: 'the buyer was written to by e-mail' }), { status: 200, body: { kind: 'message' } })
  t.same((await ask('GET', '/api/admin/quarantine')).body.items, [])
})

t.test('tables of 0.1.0 give the same answers', async (t) => {
  const setting = await start(t, tables, { env: await onTables('tables.json.gz') })
  await check(t, setting, tables, true)
})

for (const [name, expected, environment] of [
  ['a journal of memory mode', memory, async (t: Test) => ({ DATA_DIR: dataDir(t, 'memory-journal') })],
  ['tables', tables, async () => await onTables('tables.json.gz')],
] as const) {
  t.test(`accounts, sessions and links in ${name} of 0.1.0 stay valid`, async (t) => {
    const setting = await start(t, expected, { env: await environment(t) })
    await comeIn(t, setting, expected.secrets)
  })
}

async function comeIn (t: Test, { service: { call }, idle }: Setting, secrets: ExpectedFile['memory']['secrets']): Promise<void> {
  const { userId, email, password, refreshToken, resetToken, verificationToken, unsubscribeToken } = secrets
  const post = async (path: string, body: object) => await call('POST', `/api/auth/${path}`, {}, body)
  t.match(await post('login', { email, password }), { status: 200, body: { user: { userId, email, name: 'Derya Öz', phone: '+905321234567', emailVerified: true } } })
  t.match(await post('login', { email, password: `${password}!` }), { status: 401 })
  const { body: { refreshToken: next } } = await post('refresh', { refreshToken })
  t.match(await post('refresh', { refreshToken }), { status: 200, body: { refreshToken: next, user: { userId } } })
  t.match(await post('refresh', { refreshToken: next }), { status: 200 })
  t.match(await post('refresh', { refreshToken }), { status: 401 }, 'its successor was used')
  t.match(await call('GET', `/api/auth/verify-reset-token?token=${encodeURIComponent(resetToken)}`), { status: 200 })
  t.match(await post('reset-password', { token: resetToken, password: 'sekiz adet kırmızı bere' }), { status: 200 })
  await idle()
  t.match(await post('login', { email, password }), { status: 401 })
  t.match(await post('verify-email', { token: verificationToken }), { status: 422, body: { code: 'password_required' } })
  t.match(await post('verify-email', { token: verificationToken, password: `${password}!` }), { status: 403, body: { code: 'wrong_password' } })
  t.match(await post('verify-email', { token: verificationToken, password }), { status: 200 })
  t.match(await post('login', { email: 'eren@example.com', password }), { status: 200, body: { user: { name: 'Eren', emailVerified: true } } })
  for (const name of ['fatma', 'gizem']) t.match(await post('login', { email: `${name}@example.com`, password }), { status: 401 }, name)
  t.match(await call('POST', `/unsubscribe/${unsubscribeToken}`, {}), { status: 200 })
}

t.test('a password of 0.1.0 signs in, and the access token is accepted', async (t) => {
  const { secrets: { email, password, userId } } = tables
  const { service: { call } } = await start(t, tables, { env: await onTables('tables.json.gz'), hasTestTokens: false })
  const { body } = await call('POST', '/api/auth/login', {}, { email, password })
  t.match(await call('GET', '/api/users/me', { authorization: `Bearer ${String(body['accessToken'])}` }), { status: 200, body: { userId } })
})

t.test('a throttle of 0.1.0 still holds', async (t) => {
  const { service: { call } } = await start(t, tables, { env: await onTables('tables.json.gz') })
  const { secrets: { email, password } } = tables
  t.match(await call('POST', '/api/auth/login', {}, { email, password }, undefined, '203.0.113.7'), { status: 429, body: { code: 'too_many_attempts' } })
})

t.test('administrators retry what 0.1.0 parked or gave up', async (t) => {
  const setting = await start(t, tables, { env: await onTables('tables.json.gz') })
  const ask = async (method: string, url: string, body?: object, key?: string) => await setting.ask({ as: '#admin', method, url, ...(body && { body }), ...(key !== undefined && { key }) })
  t.match(await ask('POST', `/api/admin/outbox/parked/${encodeURIComponent(tables.parked)}/retry`), { status: 200, body: { eventId: tables.parked } })
  t.same((await ask('GET', '/api/admin/outbox/parked')).body.items.filter((item) => item['eventId'] === tables.parked), [])
  const [dead] = (await ask('GET', '/api/admin/notifications/dead')).body.items
  t.match(await ask('POST', `/api/admin/notifications/dead/${String(dead?.['notificationId'])}/retry`), { status: 200, body: { state: 'waiting' } })
  t.match(await ask('POST', `/api/admin/webhook-events/${tables.replayed}/replay`), { status: 200, body: { state: 'parked', tries: 5 } })
  const paymentId = String((await ask('GET', '/api/admin/payments?status=partially_refunded')).body.items[0]?.paymentId)
  setting.simulator.willRefund({ kind: 'succeeded' })
  t.match(await ask('POST', `/api/payments/${paymentId}/refund`, {}, 'the-rest'), { status: 201, body: { status: 'refunded' } })
})

t.test('a back-fill that 0.1.0 began completes', async (t) => {
  const names = await dynamoDb.freshTables()
  const database = dynamoDb.database(names)
  await restore(database, readTables(join(FOLDER, 'tables.json.gz')))
  t.same(await backfillMessages(database, { onProgress: () => {}, signal: new AbortController().signal }), { isDone: true, leftOut: [], isWaiting: false })
  const setting = await start(t, tables, { env: dynamoEnvironment(dynamoDb, names) })
  const ofMessages = (user: string) => tables.questions.filter(({ as: caller, url }) => caller === user && url.startsWith('/api/messages'))
  await check(t, setting, { questions: [...ofMessages('ayse'), ...ofMessages('mehmet')], repeats: [] })
  t.match(await setting.ask({ as: 'mehmet', method: 'GET', url: '/api/conversations' }), { body: { items: [{ otherUserId: 'ayse', unread: UNREAD['mehmet'] }], unreadTotal: UNREAD['mehmet'] } })
})
