import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { memoryStores } from '#adapters/memory/stores.js'
import type { JournaledWrite } from '#adapters/durability/writes/journaled-write.js'
import { loadConfig } from '#infrastructure/config/config.js'
import { openJournal } from '#infrastructure/wiring/open-stores.js'
import type { Outside } from '#infrastructure/wiring/cradle.js'
import { message } from '../../contracts/fixtures.js'
import { absentStore } from '../../support/absent-store.js'
import { ScriptedGateway } from '../../support/scripted-gateway.js'
import { adminToken, as, key, startService, type TestService } from '../../support/service.js'

const ada = as('ada')
const NOTE = { note: 'ada was told by e-mail' }
const PAYMENT = { amount: 12_500, currency: 'TRY', orderId: 'order-1', sellerId: 'sela', paymentMethod: { token: 'tok_ok' } }

function folder (t: Test): string {
  const path = mkdtempSync(join(tmpdir(), 'basvideo-'))
  t.teardown(() => { rmSync(path, { recursive: true, force: true }) })
  return path
}

/** The service in DynamoDB mode with a journal in a folder, over stores in memory whose presence the test controls. */
async function start (t: Test, replacements: Partial<Outside> = {}, left: readonly JournaledWrite[] = []) {
  const inner = memoryStores()
  const store = absentStore(inner)
  const journal = await openJournal(folder(t))
  for (const write of left) await journal.append(write)
  const service = await startService(t, { listen: true, env: { USE_DYNAMODB: 'true', DYNAMODB_ENDPOINT: 'http://127.0.0.1:1' }, replacements: { openedStores: store.stores, journal, ...replacements } })
  return { ...service, store, inner }
}

async function leave ({ call, store }: Awaited<ReturnType<typeof start>>): Promise<void> {
  store.presence = 'away'
  for (let request = 0; request < 5; request++) await call('GET', '/api/messages/none', ada)
  for (let request = 0; request < 5; request++) await call('PUT', '/api/messages/none/read', ada)
}

async function until (service: TestService, mode: string): Promise<void> {
  while ((await service.call('GET', '/api/health')).body['mode'] !== mode) await new Promise((resolve) => { setImmediate(resolve) })
}

t.test('clients and operators see an outage begin, go on and end', async (t) => {
  const service = await start(t)
  const { call, store, inner, logs } = service
  await call('POST', '/api/messages', ada, { receiverId: 'bora', message: 'before', clientMessageId: 'm-0' })
  const healthy = await call('GET', '/api/messages?otherUserId=bora', ada)
  t.notOk('x-persistence' in healthy.headers || 'x-stale' in healthy.headers || 'stale' in healthy.body)
  await leave(service)

  const sent = await call('POST', '/api/messages', ada, { receiverId: 'bora', message: 'in the outage', clientMessageId: 'm-1' })
  t.match(sent, { status: 201, headers: { 'x-persistence': 'degraded' } })
  t.match(await call('POST', '/api/messages', ada, { receiverId: 'bora', message: 'in the outage', clientMessageId: 'm-1' }), { status: 200, headers: { 'idempotent-replayed': 'true' } })
  const listed = await call('GET', '/api/messages?otherUserId=bora', ada)
  t.match(listed, { status: 200, headers: { 'x-persistence': 'degraded', 'x-stale': /^\d+$/ }, body: { stale: true, items: [{ message: 'in the outage' }, { message: 'before' }] } })
  t.match(await call('POST', '/api/payments/process', { ...ada, ...key('k-1') }, PAYMENT), { status: 201, body: { status: 'succeeded' } })
  t.match(await call('PUT', '/api/conversations/bora/block', ada), { status: 503, headers: { 'retry-after': '5', 'x-persistence': 'degraded' }, body: { code: 'store_unavailable' } })
  t.match(await call('GET', '/api/payments/pay_unknown', ada), { status: 503 })
  t.match(await call('GET', '/api/health'), { status: 200, body: { ok: false, mode: 'degraded', store: 'down', journal: { depth: Number, quarantined: 0 } } })
  t.equal((await call('GET', '/api/health/ready')).status, 200)
  const figures = (await call('GET', '/metrics')).text
  for (const line of [/basvideo_store_away 1/, /basvideo_journal_depth [3-9]/, /basvideo_journal_quarantined 0/, /basvideo_journal_oldest_seconds [\d.e-]+/]) t.match(figures, new RegExp(`\n${line.source}\n`))

  store.presence = 'up'
  await until(service, 'dynamodb')
  t.match((await inner.messages.listConversation('ada#bora', { before: null, limit: 10 })).items, [{ message: 'in the outage' }, { message: 'before' }])
  t.match((await call('GET', '/api/payments', ada)).body.items, [{ status: 'succeeded' }])
  t.match((await call('GET', '/metrics')).text, /\nbasvideo_store_away 0\n[^]*\nbasvideo_journal_carried_out_total [3-9]\n/)
  const told = logs.join('')
  t.match(told, /DynamoDB is away: writes go to the journal[^]*DynamoDB is back: the journal drains/)
  t.notMatch(told, /in the outage/)
})

t.test('administrators list, retry and resolve the quarantine', async (t) => {
  const service = await start(t)
  const { call, store, inner, logs } = service
  t.same((await call('GET', '/api/admin/quarantine', adminToken)).body, { items: [] })
  await inner.conversations.setBlocked('bora', 'ada', true)
  await leave(service)
  const { body: { messageId } } = await call('POST', '/api/messages', ada, { receiverId: 'bora', message: 'hello?' })
  store.presence = 'up'
  await until(service, 'dynamodb')
  const { body } = await call('GET', '/api/admin/quarantine', adminToken)
  t.match(body, { items: [{ sequence: 1, kind: 'message', subjectId: messageId, reason: 'blocked: the receiver takes no messages from you' }] })
  t.match(logs.join(''), /cannot be carried out and is in quarantine/)
  t.match(await call('POST', '/api/admin/quarantine/1/retry', adminToken), { status: 200, body: { sequence: 1 } })
  await until(service, 'dynamodb')
  t.match((await call('GET', '/api/admin/quarantine', adminToken)).body.items, [{ sequence: 1 }], 'still blocked')
  t.match(await call('POST', '/api/admin/quarantine/1/resolve', adminToken), { status: 400, body: { code: 'validation_failed' } })
  t.match(await call('POST', '/api/admin/quarantine/1/resolve', adminToken, NOTE), { status: 200, body: { subjectId: messageId } })
  t.match(await call('POST', '/api/admin/quarantine/1/resolve', adminToken, NOTE), { status: 404, body: { code: 'not_found' } })
  const acts = (await call('GET', '/api/admin/audit', adminToken)).body.items as unknown as ReadonlyArray<{ readonly outcome: string }>
  t.match(acts.find(({ outcome }) => outcome === 'not_found'), { action: 'resolveQuarantined', detail: NOTE })
  t.notMatch(logs.join(''), NOTE.note)
  t.match(await call('POST', '/api/admin/quarantine/01/retry', adminToken), { status: 400 })
})

t.test('an outage begins no payment at a provider that can charge twice for a key', async (t) => {
  const gateway = new ScriptedGateway({ provider: 'once', idempotent: false })
  const service = await start(t, { gateways: [gateway] })
  await leave(service)
  t.match(await service.call('POST', '/api/payments/process', { ...ada, ...key('k-1') }, PAYMENT), { status: 503, body: { code: 'store_unavailable' } })
  t.equal(gateway.charges.length, 0)
})

t.test('with two providers, an outage lets payments through that name one', async (t) => {
  const gateways = [new ScriptedGateway().willCharge({ kind: 'succeeded', reference: 'ref-1', amount: 12_500, currency: 'TRY' }), new ScriptedGateway({ provider: 'other' })] as const
  const service = await start(t, { gateways: [...gateways] })
  await leave(service)
  const pay = async (name: string, fields = {}) => await service.call('POST', '/api/payments/process', { ...ada, ...key(name) }, { ...PAYMENT, ...fields })
  t.match(await pay('k-1'), { status: 503, body: { code: 'store_unavailable' } })
  t.match(await pay('k-2', { provider: gateways[0].provider }), { status: 201, body: { provider: gateways[0].provider } })
  t.same(gateways.map(({ charges }) => charges.length), [1, 0])
})

t.test('memory mode with a folder keeps its content over a restart', async (t) => {
  const env = { DATA_DIR: folder(t) }
  const first = await startService(t, { env })
  await first.call('POST', '/api/messages', ada, { receiverId: 'bora', message: 'merhaba', clientMessageId: 'm-1' })
  t.match(await first.call('GET', '/api/health'), { body: { mode: 'memory', store: 'up', journal: null } })
  await t.rejects(openJournal(env.DATA_DIR), { name: 'ConfigError', message: /DATA_DIR cannot be used: .*belongs to another process/ })
  await first.app.close()
  const second = await startService(t, { env })
  t.match((await second.call('GET', '/api/messages', ada)).body.items, [{ message: 'merhaba' }])
})

t.test('a folder that cannot be created is reported in one line', async (t) => {
  await t.rejects(openJournal('/dev/null/none'), { name: 'ConfigError', message: /^DATA_DIR cannot be used: / })
  t.equal(loadConfig({ DATA_DIR: '/data' }, () => 'a-secret-that-is-long-enough-to-be-one').dataDir, '/data')
})

t.test('the entries of an earlier run are reported at the start, and carried out', async (t) => {
  const service = await start(t, {}, [{ kind: 'message', message: message('m1') }])
  await until(service, 'dynamodb')
  t.match(await service.inner.messages.find('m1'), { messageId: 'm1' })
  t.match(service.logs.join(''), /"mode":"draining".*"msg":"state of the journal"/)
})
