// @own-process
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { DeleteCommand, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb'
import t, { type Test } from 'tap'
import { DayRegister } from '#adapters/dynamodb/payments/day-register.js'
import { NO_MAPPING, type EarlierMapping } from '#adapters/dynamodb/payments/earlier-mapping.js'
import { EarlierPayments } from '#adapters/dynamodb/payments/earlier-payments.js'
import { claimOlderOrders } from '#adapters/dynamodb/payments/older-orders.js'
import { DynamoPaymentStore } from '#adapters/dynamodb/payments/payment-store.js'
import { TABLES, type TableId } from '#adapters/dynamodb/engine/tables.js'
import { makeRecountPayments } from '#application/payments/recount-payments.js'
import { byChange } from '#application/ports/read-models.js'
import { backfill, type BackfillOptions } from '#adapters/dynamodb/schema/backfill.js'
import { searchOf } from '#domain/payments/order-search.js'
import type { Payment } from '#domain/payments/payment.js'
import { reserveRefund } from '#domain/payments/refund.js'
import { anyPayment, at, eventsOf, noted, pages, payment, webhookEvent } from '../../../contracts/fixtures.js'
import { byCreation, dispatcherOf } from '../../../support/dispatching.js'
import { startDynamoDb } from '../../../support/dynamodb.js'
import { failure, inTurn, startFaultProxy } from '../../../support/dynamodb-proxy.js'

const dynamoDb = await startDynamoDb()
t.teardown(async () => await dynamoDb.stop())

const AT = '2024-03-01T10:00:00.000Z'
const row = (paymentId: string, fields: object = {}) =>
  ({ paymentId, userId: 'ayse', amount: 49.9, currency: 'TRY', status: 'completed', createdAt: AT, updatedAt: AT, ...fields })
const KNOWN: EarlierMapping = { ...NO_MAPPING, amountUnit: 'major' }
const ids = (found: readonly Payment[]) => found.map(({ paymentId }) => paymentId)
const whole = { before: null, limit: 100 }

/** Stores on a table that the earlier application has left. */
async function open (t: Test, rows: readonly object[], mapping?: EarlierMapping) {
  const tables = await dynamoDb.freshTables()
  const database = dynamoDb.database(tables)
  for (const Item of rows) await database.documents.send(new PutCommand({ TableName: tables.payments, Item: { ...Item } }))
  await database.documents.send(new DeleteCommand({ TableName: tables.migrations, Key: { name: 'earlier-payments' } }))
  const commands: string[] = []
  const openStores = () => dynamoDb.open(tables, { onRequest: (command) => { commands.push(command) }, earlierPayments: mapping })
  const stores = openStores()
  t.teardown(async () => await stores.close())
  const earlier = new EarlierPayments(database, new DayRegister(database), mapping)
  return {
    ...stores,
    database,
    commands,
    earlier,
    reopened: () => {
      const again = openStores()
      t.teardown(async () => await again.close())
      return again
    },
    stored: async (paymentId: string) => (await database.documents.send(new GetCommand({ TableName: tables.payments, Key: { paymentId } }))).Item,
    fill: async (options: Partial<BackfillOptions> = {}) => await backfill(database, { name: 'earlier-payments', table: 'payments', lacking: 'createdKey', take: async (one) => await earlier.write(one) },
      { onProgress: () => {}, signal: new AbortController().signal, ...options }),
  }
}

t.test('earlier payments are listed newest first, however their rows lie', async (t) => {
  const rows = Array.from({ length: 12 }, (_, index) => row(`e${index}`, { createdAt: at(index) }))
  const { payments } = await open(t, rows)
  const newest = rows.map(({ paymentId }) => paymentId).toReversed()
  t.same(ids((await payments.listOfUser('ayse', null, whole)).items), newest)
})

t.test('an earlier payment is in the list of its payer, page by page, among those of this service', async (t) => {
  const { payments } = await open(t, [row('e1'), row('e3', { createdAt: at(3), status: 'pending' }), row('e2', { createdAt: at(1) }), row('other', { userId: 'mehmet' })])
  await payments.insert(payment('pay_2', { createdAt: at(2) }))
  await payments.insert(payment('pay_0', { createdAt: at(0) }))
  for (const limit of [1, 2, 3, 9]) {
    const found = await pages(async (page) => await payments.listOfUser('ayse', null, page), limit)
    t.same(ids(found.flat()), ['e3', 'pay_2', 'e2', 'pay_0', 'e1'], `${limit} a page`)
  }
  t.same(ids((await payments.listOfUser('ayse', 'pending', whole)).items), ['e3', 'pay_2', 'pay_0'])
  t.same(ids((await payments.listOfUser('ayse', 'succeeded', whole)).items), ['e2', 'e1'])
  t.match(await payments.find('e1'), { amount: 4990, earlier: { amountAssumed: true } })
})

t.test('earlier payments are in the lists of all users and in searches, page by page', async (t) => {
  const { payments, orderIndex, commands } = await open(t, [
    row('e1', { description: 'blue scarf' }), row('e3', { createdAt: at(3), userId: 'mehmet', orderId: 'order-3' }), row('e2', { createdAt: at(1) }), row('odd', { amount: 'much' }),
  ])
  await payments.insert(payment('pay_2', { createdAt: at(2) }))
  await payments.insert(payment('pay_0', { createdAt: at(0) }))
  for (const limit of [1, 2, 3, 9]) {
    const found = await pages(async (page) => await payments.list(anyPayment(), page), limit)
    t.same(ids(found.flat()), ['e3', 'pay_2', 'e2', 'pay_0', 'e1'], `${limit} a page`)
    const ofUser = await pages(async (page) => await payments.list(anyPayment({ userId: 'ayse' }), page), limit)
    t.same(ids(ofUser.flat()), ['pay_2', 'e2', 'pay_0', 'e1'], `${limit} a page of a user`)
  }
  t.same(ids((await payments.list(anyPayment({ from: at(1), to: at(3) }), whole)).items), ['pay_2', 'e2'])
  t.equal(commands.filter((command) => command === 'Scan').length, 1, 'the table is looked through now and then')
  const find = async (query: string, userId: string | null, range: object = {}) =>
    (await orderIndex.candidates({ terms: searchOf(query).terms, userId, range: { low: null, high: null, ...range }, limit: 10 })).items.map((key) => key.split('#')[1])
  t.same(await find('scarf', null), ['e1'])
  t.same(await find('scarf', 'mehmet'), [])
  t.same(await find('order-3', 'mehmet'), ['e3'])
  t.same(await find('scarf', null, { low: at(0) }), [])
  t.same(await find('scarf', null, { high: AT }), [])
})

t.test('an earlier payment that is written while a list is read shows once', async (t) => {
  const { payments, earlier, fill, database } = await open(t, [row('e1'), row('e2', { createdAt: at(1) })], KNOWN)
  t.same(ids((await payments.list(anyPayment(), whole)).items), ['e2', 'e1'])
  await fill()
  t.same(ids((await payments.list(anyPayment(), whole)).items), ['e2', 'e1'], 'found before')
  const late = Object.assign(earlier, { list: async () => [earlier.paymentOf(row('e1'))] })
  const store = new DynamoPaymentStore(database, new DayRegister(database), late)
  t.same(ids((await store.listOfUser('ayse', null, whole)).items), ['e2', 'e1'], 'an index follows its table late')
})

t.test('the look for earlier payments ends after some requests, and one that failed is repeated', async (t) => {
  const { database } = await open(t, Array.from({ length: 16 }, (_, index) => row(`e${index}`, { description: 'x'.repeat(390_000) })))
  const proxy = await startFaultProxy(dynamoDb.client.endpoint)
  t.teardown(async () => await proxy.stop())
  const { payments, close } = dynamoDb.open(database.tableNames, { endpoint: proxy.endpoint })
  t.teardown(async () => await close())
  proxy.plan = inTurn('Scan', failure('AccessDeniedException'))
  await t.rejects(payments.list(anyPayment(), whole), { code: 'store_unavailable' })
  const { items } = await payments.list(anyPayment(), whole)
  t.ok(items.length >= 8 && items.length < 16, `${items.length} of 4 requests`)
  t.equal(proxy.requests.filter(({ operation }) => operation === 'Scan').length, 5)
})

t.test('without a unit nothing writes over an earlier payment, and the back-fill names it', async (t) => {
  const { payments, fill, stored, stats, commands, reopened, database } = await open(t, [row('e1')])
  await t.rejects(payments.update('e1', noted('x')), { code: 'payment_unreadable' })
  await t.rejects(payments.update('e1', (current) => ({ payment: current, events: [] }), { webhookEvent: webhookEvent('simulator#1') }), { code: 'payment_unreadable' })
  t.match(await payments.update('e1', (current) => ({ payment: current, events: [] })), { events: [] })
  await payments.insert(payment('pay_1'))
  t.match(await payments.insert(payment('e1')), { inserted: false, stored: { amount: 4990 } }, 'its id is taken')
  for (const pageRows of [1, 100]) t.same(await fill({ pageRows }), { isDone: true, leftOut: ['e1'], isWaiting: true })
  t.same(await fill({ signal: AbortSignal.abort() }), { isDone: false, leftOut: [], isWaiting: false })
  t.same(await stored('e1'), row('e1'))
  t.ok(await stats.recount())
  await database.documents.send(new DeleteCommand({ TableName: database.tableNames.payments, Key: { paymentId: 'e1' } }))
  t.same(await fill(), { isDone: true, leftOut: [], isWaiting: false })
  t.same(await fill(), { isDone: true, leftOut: [], isWaiting: false })
  const again = reopened()
  commands.length = 0
  await again.payments.listOfUser('ayse', null, whole)
  t.same(commands.toSorted(), ['GetItem', 'Query'])
})

t.test('the back-fill writes each earlier payment once, with what its row held, however often it is stopped', async (t) => {
  const rows = Array.from({ length: 9 }, (_, index) => row(`e${index}`, { color: 'blue', providerReference: `ch_${index}` }))
  const { payments, fill, stored, outbox } = await open(t, [...rows, row('odd', { amount: 'much' })], KNOWN)
  const stop = new AbortController()
  const first = await fill({ pageRows: 1, signal: stop.signal, onProgress: (looked) => { if (looked > 3) stop.abort() } })
  t.equal(first.isDone, false)
  await Promise.all([fill({ pageRows: 2 }), fill({ pageRows: 2 })])
  t.same(await fill(), { isDone: true, leftOut: ['odd'], isWaiting: false })
  t.match(await stored('e1'), { amount: 4990, version: 1, status: 'succeeded', color: 'blue', createdKey: `${AT}#e1`, earlier: { amountAssumed: false, reference: null, row: { amount: 49.9, status: 'completed' } } })
  const events = await eventsOf(outbox)
  t.equal(events.length, 9)
  t.match(events.find(({ subjectId }) => subjectId === 'e1'), { type: 'payment.created', data: { status: 'succeeded', paymentAmount: 4990, createdAt: AT } })
  t.ok(events.every(({ occurredAt }) => occurredAt > '2026'), 'its event is one of now')
  t.same(ids((await payments.list(anyPayment(), whole)).items), rows.map(({ paymentId }) => paymentId).reverse())
  t.match(await payments.find('e1'), { amount: 4990, updatedAt: AT, earlier: { amountAssumed: false } })
})

t.test('a status that nothing maps keeps a payment as it is, until the mapping has it', async (t) => {
  const { fill, stored, payments, database } = await open(t, [row('e1', { status: 'on_hold' })], KNOWN)
  t.same(await fill(), { isDone: true, leftOut: ['e1'], isWaiting: true })
  t.same(await stored('e1'), row('e1', { status: 'on_hold' }))
  t.same(ids((await payments.listOfUser('ayse', null, whole)).items), ['e1'], 'it is still shown')
  const earlier = new EarlierPayments(database, new DayRegister(database), { ...KNOWN, statuses: { on_hold: 'pending' } })
  t.equal(await earlier.writeById('e1'), true)
  t.equal(await earlier.writeById('e1'), true, 'again')
  t.equal(await earlier.writeById('e2'), false)
  t.match(await stored('e1'), { status: 'pending', version: 1 })
})

t.test('a row that changes while it is written is read again, and one that is gone stays gone', async (t) => {
  const { earlier, stored } = await open(t, [row('e1', { status: 'failed' }), row('e2', { status: undefined })], KNOWN)
  t.equal(await earlier.write(row('e1', { status: 'pending' })), true)
  const written = await stored('e1')
  t.match(written, { status: 'failed', version: 1 })
  t.equal(await earlier.write(row('e1', { status: 'failed' })), true)
  t.same(await stored('e1'), written, 'what was written meanwhile stays')
  t.equal(await earlier.write(row('e2', { status: undefined })), true)
  t.match(await stored('e2'), { status: 'pending', version: 1 })
  t.equal(await earlier.write(row('gone')), true)
  t.equal(await stored('gone'), undefined)
})

t.test('statistics count an earlier payment once the back-fill has written it, and its order is free', async (t) => {
  for (const isRecounted of [false, true]) {
    const stores = await open(t, [row('e1'), row('e2', { status: 'refunded', refundAmount: 10 })], KNOWN)
    const since = '2126-01-01T00:00:00.000Z'
    if (isRecounted) await stores.stats.saveRecount({ since, isComplete: false, position: null, looked: 0 })
    const recount = makeRecountPayments({ ...stores, clock: () => since, pause: async () => {} })
    const dispatcher = dispatcherOf(stores)
    const count = async () => {
      await recount({ again: false, signal: new AbortController().signal, onProgress: () => {} })
      await dispatcher.run()
      return (await byCreation(stores, '2024-03-01')).map(({ figures }) => figures)
    }
    const { since: counted } = await stores.stats.recount() ?? { since }
    t.same(await count(), [], 'not written')
    await stores.fill()
    const figures = { succeeded_count: 1, succeeded_amount: 4990, partially_refunded_count: 1, partially_refunded_amount: 4990, refunds_count: 1, refunds_amount: 1000 }
    t.match(await count(), [figures])
    t.match(await count(), [figures], 'once')
    t.match((await stores.stats.read(byChange('hour', counted), '2024-03-01T10', '2024-03-01T11')).map((slice) => slice.figures), [figures])
  }
  const { database, fill, payments } = await open(t, [row('e1', { orderId: 'o1' })], KNOWN)
  await fill()
  await claimOlderOrders(database, { again: true, signal: new AbortController().signal, onProgress: () => {} })
  t.match(await payments.insert(payment('pay_1', { orderId: 'o1' })), { inserted: true })
})

t.test('the command names payments that it has not written, and says why', async (t) => {
  const { database, stored } = await open(t, [row('e1'), row('odd', { amount: 'much' })])
  const path = join(t.testdir(), 'mapping.json')
  const run = async (content: string | null) => {
    if (content !== null) writeFileSync(path, content)
    const variables = Object.entries(TABLES).map(([id, { variable }]) => [variable, database.tableNames[id as TableId]])
    const env = { ...process.env, DYNAMODB_ENDPOINT: dynamoDb.client.endpoint, EARLIER_PAYMENTS_FILE: content === null ? '' : path, ...Object.fromEntries(variables) as Record<string, string> }
    const child = spawn(process.execPath, [fileURLToPath(import.meta.resolve('#infrastructure/programs/backfill.js'))], { env })
    const [[code], told] = await Promise.all([once(child, 'exit') as Promise<[number | null]>, text(child.stderr)])
    return { code, line: told.trim().split('\n').at(-1) }
  }
  t.match(await run(null), { code: 0, line: /^The back-fill is done\. Payments .*, 2 rows: (e1, odd|odd, e1); without EARLIER_PAYMENTS_FILE their unit is not known\.$/ })
  t.same(await stored('e1'), row('e1'))
  t.match(await run('{"amountUnit":"lira"}'), { code: 1, line: /EARLIER_PAYMENTS_FILE names a file with faults: amountUnit must be equal to one of the allowed values: major, minor$/ })
  t.match(await run('{"amountUnit":"minor","statuses":{"completed":"failed"}}'), { code: 0, line: /2 rows: (e1, odd|odd, e1); they cannot be read, or EARLIER_PAYMENTS_FILE does not say what they mean\.$/ })
  t.match(await run('{"amountUnit":"major"}'), { code: 0, line: /, 1 row: odd; they cannot be read/ })
  t.match(await stored('e1'), { amount: 4990, version: 1 })
})

t.test('a refund before the back-fill first writes the payment, in the same way', async (t) => {
  const { payments, stored, outbox } = await open(t, [row('e1', { provider: 'simulator' })], KNOWN)
  const draft = { refundId: 're_1', amount: 100, reason: null, providerReference: 'ch_1', fingerprint: 'f', owner: 'o', until: at(60) }
  const known = await payments.find('e1')
  const { payment: reserved } = await payments.update('e1', (current) => reserveRefund(current, draft, at(0)), { ...(known !== null && { known }) })
  t.match(reserved, { version: 2, providerReference: 'ch_1', earlier: { reference: 'ch_1' }, refunds: [{ amount: 100 }] })
  t.match(await stored('e1'), { version: 2, providerRef: 'simulator#ch_1', earlier: { reference: 'ch_1', row: { amount: 49.9 } } })
  t.same((await eventsOf(outbox)).map(({ type }) => type).sort(), ['payment.created', 'refund.requested'])
})
