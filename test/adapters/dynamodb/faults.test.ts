// @own-process
import t, { type Test } from 'tap'
import { unchanged, type PaymentChange } from '#domain/payments/decision.js'
import { messageKey } from '#domain/messages/message.js'
import { connect } from '#adapters/dynamodb/engine/client.js'
import { dynamoStores } from '#adapters/dynamodb/stores.js'
import { tableNames } from '#adapters/dynamodb/engine/tables.js'
import { at, eventsOf, message, noted, payment, webhookEvent } from '../../contracts/fixtures.js'
import { startDynamoDb } from '../../support/dynamodb.js'
import { always, canceled, failure, inTurn, openBehindProxy, startFaultProxy, type Fault } from '../../support/dynamodb-proxy.js'

const dynamoDb = await startDynamoDb()
t.teardown(async () => await dynamoDb.stop())

/** With a `pace`, time runs on by so many milliseconds with each look at it. */
async function open (t: Test, pace?: number) {
  let time = 0
  return await openBehindProxy(t, dynamoDb, pace === undefined ? {} : { now: () => { time += pace; return time } })
}

const unavailable = { name: 'DomainError', code: 'store_unavailable', retryAfterS: 1 }
const busy = { ...unavailable, code: 'store_busy' }
const withoutEvent: PaymentChange = (before) => ({ payment: { ...before, version: before.version + 1, updatedAt: at(2) }, events: [] })

t.test('a payment whose insert was done but not answered is inserted, once', async (t) => {
  const { payments, outbox, proxy, count } = await open(t)
  const decision = payment('pay_1')
  proxy.plan = inTurn('TransactWriteItems', 'answer lost')
  t.same(await payments.insert(decision), { inserted: true, stored: decision.payment })
  proxy.plan = inTurn('TransactWriteItems', 'answer lost', 'token forgotten')
  const second = payment('pay_2')
  t.same(await payments.insert(second), { inserted: true, stored: second.payment })
  t.equal(count('TransactWriteItems'), 4)
  t.equal((await eventsOf(outbox)).length, 2)
})

t.test('a change that was written but not answered is applied, once', async (t) => {
  const { payments, outbox, webhookEvents, proxy } = await open(t)
  await payments.insert(payment('pay_1'))
  const lost: Fault[] = ['answer lost', 'token forgotten']
  proxy.plan = inTurn('TransactWriteItems', ...lost)
  t.match(await payments.update('pay_1', noted('x')), { payment: { version: 2, description: 'x' }, duplicate: false })
  proxy.plan = inTurn('TransactWriteItems', ...lost)
  t.match(await payments.update('pay_1', noted('y'), { webhookEvent: webhookEvent('simulator#1', { state: 'applied' }) }),
    { payment: { version: 3, description: 'xy' }, duplicate: false })
  proxy.plan = inTurn('PutItem', 'answer lost')
  t.match(await payments.update('pay_1', withoutEvent), { payment: { version: 4 } })
  proxy.plan = () => null
  t.match(await payments.find('pay_1'), { version: 4, description: 'xy' })
  t.equal((await eventsOf(outbox)).length, 3)
  t.match(await webhookEvents.find('simulator#1'), { state: 'applied' })
})

t.test('a change without events that another overtook is applied to the outcome of the other', async (t) => {
  const { payments, proxy, tables } = await open(t)
  const { stored: known } = await payments.insert(payment('pay_1'))
  await payments.update('pay_1', noted('x'))
  t.match(await payments.update('pay_1', withoutEvent, { known }), { payment: { version: 3, description: 'x' } })
  await t.rejects(payments.update('pay_2', withoutEvent, { known: payment('pay_2').payment }), { code: 'not_found' }, 'unless nothing is there')
  t.ok(proxy.requests.some(({ operation, body }) => operation === 'PutItem' && body.includes(tables.payments)))
})

t.test('a message that was stored but not answered is stored once', async (t) => {
  const { messages, conversations, outbox, proxy } = await open(t)
  proxy.plan = inTurn('TransactWriteItems', 'answer lost')
  t.equal((await messages.insert(message('m1'))).inserted, true)
  proxy.plan = inTurn('TransactWriteItems', 'answer lost', 'token forgotten')
  t.equal((await messages.insert(message('m2', { createdAt: at(1) }))).stored.createdAt, at(1))
  t.equal(await conversations.unreadTotal('mehmet'), 2)
  t.equal((await eventsOf(outbox)).length, 2)
})

t.test('a message behind the first one, which another node sent meanwhile, begins no conversation', async (t) => {
  const { messages, proxy, tables } = await open(t)
  const rival = dynamoDb.open(tables)
  t.teardown(async () => await rival.close())
  const rules = { firstMessagesPerDay: 1 }
  let sent = 0
  let first: Promise<void> | null = null
  let isDone = false
  // The first transaction finds no conversation. The second one, which begins it, waits until the other node has begun it.
  proxy.plan = ({ operation }) => {
    if (operation !== 'TransactWriteItems' || ++sent === 1 || isDone) return null
    first ??= rival.messages.insert(message('m1'), rules).then(() => { isDone = true })
    return canceled('TransactionConflict', 'None', 'None', 'None', 'None')
  }
  t.match(await messages.insert(message('m2'), rules), { inserted: true })
  t.equal((await messages.listConversation('ayse#mehmet', { before: null, limit: 10 })).items.length, 2)
})

t.test('writes that meet a transaction at work on the same item are repeated', async (t) => {
  const { messages, conversations, payments, proxy, count } = await open(t)
  proxy.plan = inTurn('TransactWriteItems', canceled('None', 'TransactionConflict', 'None', 'None'), canceled('ConditionalCheckFailed', 'TransactionConflict', 'None', 'None'))
  t.equal((await messages.insert(message('m1'))).inserted, true)
  t.equal(count('TransactWriteItems'), 3)
  proxy.plan = inTurn('UpdateItem', failure('TransactionConflictException'))
  t.equal((await conversations.setBlocked('ayse', 'mehmet', true)).blocked, true)
  await payments.insert(payment('pay_1'))
  proxy.plan = inTurn('PutItem', failure('TransactionConflictException'))
  t.match(await payments.update('pay_1', withoutEvent), { payment: { version: 2 } })
})

t.test('endless conflicts and throttling end as store_busy, and other failures are not repeated', async (t) => {
  const { messages, proxy, count } = await open(t, 300)
  proxy.plan = always('TransactWriteItems', canceled('None', 'TransactionConflict', 'None', 'None'))
  await t.rejects(messages.insert(message('m1')), busy)
  const tries = count('TransactWriteItems')
  t.ok(tries > 2, `${tries} tries`)
  proxy.plan = always('TransactWriteItems', canceled('TransactionConflict', 'ThrottlingError', 'None', 'None'))
  await t.rejects(messages.insert(message('m1')), busy, 'nor throttled partitions')
  const all = count('TransactWriteItems')
  t.ok(all > tries + 2, `${all} tries`)
  proxy.plan = always('TransactWriteItems', canceled('TransactionConflict', 'ValidationError', 'None', 'None'))
  await t.rejects(messages.insert(message('m1')), { name: 'TransactionCanceledException' })
  proxy.plan = always('TransactWriteItems', failure('TransactionCanceledException'))
  await t.rejects(messages.insert(message('m1')), { name: 'TransactionCanceledException' })
  t.equal(count('TransactWriteItems'), all + 2)
})

t.test('a change that is always overtaken gives up after a while', async (t) => {
  const { messages, conversations, payments, proxy } = await open(t, 700)
  const { stored: sent } = await messages.insert(message('m1'))
  const overtaken = (Item: object): Fault => failure('TransactionCanceledException', { CancellationReasons: [{ Code: 'ConditionalCheckFailed', Item }, { Code: 'None' }, { Code: 'None' }] })
  const { stored: known } = await payments.insert(payment('pay_1'))
  const newerSide = { lastKey: { S: '2127-01-01T00:00:00.000Z#m9' }, userId: { S: 'ayse' } }
  proxy.plan = always('TransactWriteItems', failure('TransactionCanceledException', {
    CancellationReasons: [{ Code: 'None' }, { Code: 'ConditionalCheckFailed', Item: newerSide }, { Code: 'None' }, { Code: 'None' }],
  }))
  await t.rejects(messages.insert(message('m2')), busy)
  proxy.plan = always('TransactWriteItems', overtaken({ unread: { N: '1' }, lastReceivedKey: { S: '2127-01-01T00:00:00.000Z#m9' } }))
  const marker = { messageId: 'm1', messageKey: messageKey(sent), senderId: 'ayse', receiverId: 'mehmet', readAt: at(9) }
  await t.rejects(conversations.markRead(marker), busy)
  proxy.plan = always('PutItem', { status: 400, body: { __type: 'com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException', Item: await rawPayment(t) } })
  await t.rejects(payments.update('pay_1', withoutEvent, { known }), busy)
})

/** A payment in DynamoDB's own notation, as a request carried it. */
async function rawPayment (t: Test): Promise<object> {
  const { payments, proxy } = await open(t)
  await payments.insert(payment('pay_1'))
  const request = proxy.requests.find(({ operation }) => operation === 'TransactWriteItems')
  const { TransactItems: [{ Put }] } = JSON.parse(request?.body ?? '') as { TransactItems: [{ Put: { Item: object } }] }
  return Put.Item
}

t.test('throttling is waited out, within reason', async (t) => {
  const { messages, proxy, count } = await open(t)
  const throttled = failure('ProvisionedThroughputExceededException')
  proxy.plan = inTurn('GetItem', throttled, throttled, throttled)
  t.equal(await messages.find('m1'), null)
  t.equal(count('GetItem'), 4)
  proxy.plan = always('GetItem', throttled)
  await t.rejects(messages.find('m1'), busy)
  t.equal(count('GetItem'), 10)
})

t.test('a server that fails is asked once more', async (t) => {
  const { messages, proxy, count } = await open(t)
  proxy.plan = inTurn('GetItem', failure('InternalServerError', {}, 500))
  t.equal(await messages.find('m1'), null)
  t.equal(count('GetItem'), 2)
  proxy.plan = always('GetItem', failure('InternalServerError', {}, 500))
  await t.rejects(messages.find('m1'), unavailable)
  proxy.plan = always('GetItem', 'answer lost')
  await t.rejects(messages.find('m1'), unavailable)
  t.equal(count('GetItem'), 6)
})

t.test('a server that is silent is given up after two time-outs', async (t) => {
  const { messages, proxy, count } = await openBehindProxy(t, dynamoDb, { timeouts: undefined })
  proxy.plan = always('GetItem', 'silence')
  const start = performance.now()
  await t.rejects(messages.find('m1'), unavailable)
  t.ok(performance.now() - start < 6000)
  t.equal(count('GetItem'), 2)
})

t.test('a server that does not exist is an outage', async (t) => {
  const proxy = await startFaultProxy(dynamoDb.client.endpoint)
  await proxy.stop()
  const { messages, ping, close } = dynamoStores({ ...dynamoDb.client, endpoint: proxy.endpoint, tableNames: tableNames({}) })
  await t.rejects(messages.find('m1'), unavailable)
  await t.rejects(ping(), unavailable)
  await close()
})

t.test('a table that does not exist is an outage until it is made', async (t) => {
  const { messages, ping, close } = dynamoDb.open(tableNames({}, 'no-such-'))
  await t.rejects(messages.find('m1'), unavailable)
  await t.rejects(ping(), unavailable)
  await close()
})

t.test('a condition that fails without a row to show for it comes out as it is', async (t) => {
  const { webhookEvents, proxy } = await open(t)
  proxy.plan = always('PutItem', failure('ConditionalCheckFailedException'))
  await t.rejects(webhookEvents.insert(webhookEvent('simulator#1')), { message: 'a condition failed, and DynamoDB does not say by which row' })
})

t.test('a change of nothing whose payment vanished meanwhile is not found', async (t) => {
  const { payments, proxy } = await open(t)
  const { stored: known } = await payments.insert(payment('pay_1'))
  const event = webhookEvent('simulator#1', { state: 'applied' })
  proxy.plan = always('TransactWriteItems', canceled('ConditionalCheckFailed', 'None'))
  await t.rejects(payments.update('pay_1', unchanged, { known, webhookEvent: event }), { code: 'not_found' })
  proxy.plan = always('TransactWriteItems', canceled('None', 'ConditionalCheckFailed'))
  t.same(await payments.update('pay_1', unchanged, { known, webhookEvent: event }), { payment: known, events: [], duplicate: true })
})

t.test('a message that is not stored cannot be read', async (t) => {
  const { conversations } = await open(t)
  await t.rejects(conversations.markRead({ messageId: 'm1', messageKey: messageKey(message('m1')), senderId: 'ayse', receiverId: 'mehmet', readAt: at(1) }),
    { message: 'a message that is not stored cannot be read' })
  t.same(await conversations.find('mehmet', ['ayse']), [])
})

t.test('sides that a batch left over are asked for again', async (t) => {
  const { messages, conversations, proxy, count } = await open(t)
  await messages.insert(message('m1'))
  let left = true
  proxy.plan = ({ operation, body }) => {
    if (operation !== 'BatchGetItem' || !left) return null
    left = false
    return { status: 200, body: { Responses: {}, UnprocessedKeys: (JSON.parse(body) as { RequestItems: object }).RequestItems } }
  }
  t.equal((await conversations.find('mehmet', ['ayse', 'can'])).length, 1)
  t.equal(count('BatchGetItem'), 2)
})

t.test('a batch that is left over without end is a store that is busy', async (t) => {
  const { payments, outbox, proxy, tables, count } = await open(t, 700)
  await payments.insert(payment('pay_1'))
  proxy.plan = always('BatchGetItem', { status: 200, body: { Responses: {}, UnprocessedKeys: { [tables.payments]: { Keys: [{ paymentId: { S: 'pay_1' } }] } } } })
  await t.rejects(payments.findMany(['pay_1']), busy)
  const left = [{ DeleteRequest: { Key: { shard: { S: '0' }, eventId: { S: 'x' } } } }]
  proxy.plan = always('BatchWriteItem', { status: 200, body: { UnprocessedItems: { [tables.outbox]: left } } })
  await t.rejects(outbox.discard(await eventsOf(outbox)), busy)
  t.same([count('BatchGetItem'), count('BatchWriteItem')], [5, 5])
})

t.test('the SDK is left to find region and credentials for AWS itself', async (t) => {
  const { documents, close } = connect({ region: 'eu-central-1' })
  t.equal(await documents.config.region(), 'eu-central-1')
  close()
})
