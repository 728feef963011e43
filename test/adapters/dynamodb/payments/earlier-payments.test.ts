// @own-process
import { DeleteCommand, PutCommand } from '@aws-sdk/lib-dynamodb'
import t, { type Test } from 'tap'
import { earlierPaymentOf } from '#adapters/dynamodb/payments/earlier-payment.js'
import { findEarlierPayments } from '#adapters/dynamodb/schema/backfill.js'
import { readMigration } from '#adapters/dynamodb/schema/migrations.js'
import { settle } from '#domain/payments/settlement.js'
import { isUnderstood } from '#domain/payments/payment.js'
import { at, noted, pages, payment } from '../../../contracts/fixtures.js'
import { startDynamoDb } from '../../../support/dynamodb.js'

const dynamoDb = await startDynamoDb()
t.teardown(async () => await dynamoDb.stop())

const AT = '2024-03-01T10:00:00.000Z'
const row = (paymentId: string, fields: object = {}) =>
  ({ paymentId, userId: 'ayse', amount: 49.9, currency: 'TRY', status: 'completed', createdAt: AT, updatedAt: AT, ...fields })

/** Stores on a table that the earlier application has left. */
async function open (t: Test, rows: readonly object[]) {
  const tables = await dynamoDb.freshTables()
  const database = dynamoDb.database(tables)
  for (const Item of rows) await database.documents.send(new PutCommand({ TableName: tables.payments, Item: { ...Item } }))
  await database.documents.send(new DeleteCommand({ TableName: tables.migrations, Key: { name: 'earlier-payments' } }))
  const commands: string[] = []
  const stores = dynamoDb.open(tables, { onRequest: (command) => { commands.push(command) } })
  t.teardown(async () => await stores.close())
  return { ...stores, database, commands }
}

t.test('an earlier payment is read in major units, whatever the row looks like, and is marked', async (t) => {
  t.match(earlierPaymentOf(row('p1')), {
    amount: 4990, currency: 'TRY', status: 'succeeded', capturedAmount: 4990, refundedAmount: 0, orderId: 'p1', provider: 'earlier', createdAt: AT, followUp: null, earlier: { amountAssumed: true },
  })
  t.match(earlierPaymentOf(row('p2', { amount: 4990, orderId: 'o2', provider: 'stripe', metadata: { a: 1 } })), { amount: 499000, orderId: 'o2', provider: 'stripe', metadata: { a: 1 } })
  t.match(earlierPaymentOf(row('p3', { amount: '12.50', status: 'refunded', refundAmount: 12.5 })), { amount: 1250, refundedAmount: 1250, status: 'refunded' })
  t.match(earlierPaymentOf(row('p4', { status: 'refunded' })), { refundedAmount: 4990 })
  t.equal(earlierPaymentOf(row('p5', { amount: 0.1 + 0.2 })).amount, 30)
  t.equal(earlierPaymentOf(row('p6', { amount: 500, currency: 'JPY' })).amount, 500)
  for (const [stored, shown] of [['success', 'succeeded'], ['cancelled', 'canceled'], ['pending', 'pending'], [undefined, 'pending'], [null, 'pending'], ['on_hold', 'on_hold']]) {
    t.equal(earlierPaymentOf(row('p7', { status: stored })).status, shown)
  }
  t.match(earlierPaymentOf({ ...row('p8'), createdAt: 1709287200, updatedAt: 'soon' }), { createdAt: AT, updatedAt: AT })
  t.match(earlierPaymentOf({ ...row('p9'), createdAt: undefined, timestamp: AT }), { createdAt: AT })
  t.match(earlierPaymentOf({ ...row('p10'), createdAt: undefined }), { createdAt: AT })
  t.match(earlierPaymentOf({ ...row('p11'), createdAt: undefined, updatedAt: undefined }), { createdAt: '1970-01-01T00:00:00.000Z' })
  for (const fields of [{ amount: 1.005 }, { amount: 'much' }, { amount: null }, { amount: -1 }, { amount: 1e12 }, { currency: 'LIRA' }, { currency: undefined }, { userId: 5 }, { status: 5 }]) {
    t.throws(() => earlierPaymentOf(row('p', fields)), { message: /^a row that is not ours: / }, JSON.stringify(fields))
  }
})

t.test('an earlier payment is in the list of its payer, page by page, among those of this service', async (t) => {
  const { payments } = await open(t, [row('e1'), row('e3', { createdAt: at(3), status: 'pending' }), row('e2', { createdAt: at(1) }), row('other', { userId: 'mehmet' })])
  await payments.insert(payment('pay_2', { createdAt: at(2) }))
  for (const limit of [1, 2, 3, 9]) {
    const found = await pages(async (page) => await payments.listOfUser('ayse', null, page), limit)
    t.same(found.flat().map(({ paymentId }) => paymentId), ['e3', 'pay_2', 'e2', 'e1'], `${limit} a page`)
  }
  const page = { before: null, limit: 9 }
  t.same((await payments.listOfUser('ayse', 'pending', page)).items.map(({ paymentId }) => paymentId), ['e3', 'pay_2'])
  t.same((await payments.listOfUser('ayse', 'succeeded', page)).items.map(({ paymentId }) => paymentId), ['e2', 'e1'])
  t.match(await payments.find('e1'), { amount: 4990, earlier: { amountAssumed: true } })
})

t.test('nothing writes over an earlier payment, and no fact moves it', async (t) => {
  const { payments, database } = await open(t, [row('e1')])
  await t.rejects(payments.update('e1', noted('x')), { code: 'payment_unreadable' })
  t.match(await payments.update('e1', (current) => ({ payment: current, events: [] })), { events: [] })
  const stored = earlierPaymentOf(row('e1'))
  t.equal(isUnderstood(stored), false)
  t.throws(() => settle(stored, { kind: 'canceled' } as never, at(0)), { code: 'payment_unreadable' })
  t.throws(() => settle(stored, { kind: 'succeeded', amount: 1, currency: 'TRY', reference: 'r' } as never, at(0)), { code: 'payment_unreadable' })
  t.equal((await readMigration(database, 'earlier-payments')), null)
})

t.test('the back-fill names earlier payments and leaves them; without any, the stores do not look for them any more', async (t) => {
  const { payments, database, commands } = await open(t, [row('e1')])
  const options = { onProgress: () => {}, signal: new AbortController().signal }
  await payments.insert(payment('pay_1'))
  t.same(await findEarlierPayments(database, { ...options, pageRows: 1 }), { isDone: true, leftOut: ['e1'] })
  t.same(await findEarlierPayments(database, { ...options, signal: AbortSignal.abort() }), { isDone: false, leftOut: [] })
  await database.documents.send(new DeleteCommand({ TableName: database.tableNames.payments, Key: { paymentId: 'e1' } }))
  t.same(await findEarlierPayments(database, options), { isDone: true, leftOut: [] })
  t.same(await findEarlierPayments(database, options), { isDone: true, leftOut: [] })
  commands.length = 0
  await payments.listOfUser('ayse', null, { before: null, limit: 9 })
  t.same(commands.toSorted(), ['GetItem', 'Query'])
})
