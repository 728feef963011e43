// @own-process
import { BatchWriteCommand, PutCommand } from '@aws-sdk/lib-dynamodb'
import t from 'tap'
import { TRIES } from '#application/outbox/dispatch-shard.js'
import { outboxShardOf, PARKED_COUNT_MAX, type OutboxEvent, type StatsWrite } from '#application/ports/outbox-store.js'
import { BY_CREATION } from '#application/ports/read-models.js'
import { parkedRow } from '#adapters/dynamodb/outbox/outbox-store.js'
import { at, eventsOf, message, open, payment, times } from '../../../contracts/fixtures.js'
import { settableClock } from '../../../support/builders.js'
import { byCreation, dispatcherOf } from '../../../support/dispatching.js'
import { inFull, startDynamoDb } from '../../../support/dynamodb.js'
import { always, failure, inTurn, openBehindProxy } from '../../../support/dynamodb-proxy.js'
import { liveOut, recount, seeded } from '../../../support/random-payments.js'

const PAYMENTS = inFull ? 300 : 90

const dynamoDb = await startDynamoDb()
t.teardown(async () => await dynamoDb.stop())

const DAY = at(0).slice(0, 10)
const counted = (currency = 'TRY'): StatsWrite => ({ kind: 'stats', family: BY_CREATION, slice: DAY, currency, add: { pending_count: 1, pending_amount: 100 } })
const once = [{ slice: DAY, currency: 'TRY', figures: { pending_count: 1, pending_amount: 100 } }]

async function waiting (stores: Awaited<ReturnType<typeof openBehindProxy>>, paymentId = 'pay_1') {
  const decision = payment(paymentId)
  await stores.payments.insert(decision)
  const shard = decision.events.map(outboxShardOf)[0] ?? -1
  const lease = await stores.outbox.claim(shard, { owner: 'ada', now: at(0), until: at(10) })
  return { events: decision.events, shard, lease }
}

t.test(`the figures of ${PAYMENTS} payments that two processes race for are those of a recount`, async (t) => {
  const tables = await dynamoDb.freshTables()
  const processes = [await open(t, async () => dynamoDb.open(tables)), await open(t, async () => dynamoDb.open(tables))] as const
  const [{ payments, stats, outbox }] = processes
  let time = Date.parse(at(0))
  // Each look at the clock brings the end of the leases nearer, so that shards change hands in the middle of the work.
  const racing = processes.map((stores) => dispatcherOf(stores, { clock: () => new Date(time += 700).toISOString() }))
  const opened = new Map<string, readonly number[]>()
  const living = new AbortController()
  const dispatching = racing.map(async ({ run }) => { while (!living.signal.aborted) await run() })
  for (let start = 0; start < PAYMENTS; start += 30) {
    await times(30, async (index) => opened.set(`pay_${start + index}`, await liveOut(seeded(start + index), payments, `pay_${start + index}`, at(0))))
  }
  living.abort()
  await Promise.all(dispatching)
  while ((await eventsOf(outbox)).length > 0) await Promise.all(racing.map(async ({ run }) => { await run() }))
  const figures = (await byCreation({ stats }, DAY, '2126-12-31')).map(({ slice, currency, figures }) => [`${slice} ${currency}`, Object.fromEntries(Object.entries(figures).filter(([, figure]) => figure !== 0))])
  t.strictSame(Object.fromEntries(figures), recount(await payments.findMany([...opened.keys()]), opened))
  for (const { ended } of racing) t.ok((ended['completed'] ?? 0) > PAYMENTS / 6, `one has ended ${ended['completed']}`)
})

t.test('a look costs a query, events without an effect a request for each 25, others one for their payments and a transaction for all', async (t) => {
  const stores = await openBehindProxy(t, dynamoDb)
  const time = settableClock(at(0))
  const dispatcher = dispatcherOf(stores, { clock: time.clock })
  await dispatcher.run()
  t.same([stores.count('UpdateItem'), stores.count('Query')], [8, 8])
  stores.proxy.requests.length = 0
  await dispatcher.run()
  t.same(stores.proxy.requests.map(({ operation }) => operation), Array.from({ length: 8 }, () => 'Query'))
  await times(60, async (index) => await stores.messages.insert(message(`m${index}`, { receiverId: `user${index}` })))
  await times(20, async (index) => await stores.payments.insert(payment(`pay_${index}`)))
  const shards = new Set([...Array.from({ length: 20 }, (_, index) => payment(`pay_${index}`).events.map(outboxShardOf)).flat()])
  stores.proxy.requests.length = 0
  await dispatcher.run()
  t.same(['Query', 'BatchGetItem', 'BatchWriteItem'].map(stores.count), [8, shards.size, 8])
  const transactions = stores.count('TransactWriteItems')
  t.ok(transactions > 0 && transactions <= shards.size, 'transactions that wait share a request')
  t.equal(stores.count('GetItem'), 1, 'once a minute, how far a recount has come')
  t.equal(stores.proxy.requests.length, 17 + shards.size + transactions)
  await dispatcher.end()
  t.equal(stores.count('UpdateItem'), 8)
})

t.test('the figures of a year are nine queries at once, whatever the number of payments', async (t) => {
  const stores = await openBehindProxy(t, dynamoDb)
  for (let index = 0; index < 12; index++) {
    const { events, lease } = await waiting(stores, `pay_${index}`)
    await stores.outbox.complete(lease, events, [counted(), counted('EUR')])
  }
  stores.proxy.requests.length = 0
  const found = await byCreation(stores, '2126-01-01', '2126-12-31')
  t.match(found.find(({ currency }) => currency === 'TRY'), { figures: { pending_count: 12, pending_amount: 1200 } })
  t.equal(stores.proxy.requests.length, 9)
  t.equal(stores.count('Query'), 9)
})

t.test('a completion that was done but not answered counts once', async (t) => {
  const stores = await openBehindProxy(t, dynamoDb)
  const { events, lease } = await waiting(stores)
  stores.proxy.plan = inTurn('TransactWriteItems', 'answer lost')
  t.same(await stores.outbox.complete(lease, events, [counted()]), { kind: 'completed' })
  t.same(await byCreation(stores, DAY), once)
  t.same(await stores.outbox.complete(lease, events, [counted()]), { kind: 'overtaken' })

  const forgotten = await openBehindProxy(t, dynamoDb)
  const again = await waiting(forgotten)
  forgotten.proxy.plan = inTurn('TransactWriteItems', 'answer lost', 'token forgotten')
  t.same(await forgotten.outbox.complete(again.lease, again.events, [counted()]), { kind: 'overtaken' }, 'DynamoDB no longer knows whose it was')
  t.same([await byCreation(forgotten, DAY), await eventsOf(forgotten.outbox)], [once, []])
})

t.test('a claim that was done but not answered, or met a transaction, belongs to the claimant', async (t) => {
  const { outbox, proxy } = await openBehindProxy(t, dynamoDb)
  proxy.plan = inTurn('UpdateItem', 'answer lost', failure('TransactionConflictException'))
  t.same(await outbox.claim(3, { owner: 'ada', now: at(0), until: at(10) }), { shard: 3, owner: 'ada', epoch: 2, until: at(10), published: 0 })
  proxy.plan = always('UpdateItem', failure('AccessDeniedException'))
  await t.rejects(outbox.claim(3, { owner: 'ada', now: at(0), until: at(10) }), { code: 'store_unavailable', cause: { name: 'AccessDeniedException' } })
  proxy.plan = always('UpdateItem', failure('ConditionalCheckFailedException'))
  await t.rejects(outbox.claim(3, { owner: 'ada', now: at(0), until: at(10) }), { message: 'a condition failed, and DynamoDB does not say by which row' })
})

t.test('events that a batch left over are deleted after all', async (t) => {
  const { messages, outbox, proxy, count } = await openBehindProxy(t, dynamoDb)
  await messages.insert(message('m1'))
  let left = true
  proxy.plan = ({ operation, body }) => {
    if (operation !== 'BatchWriteItem' || !left) return null
    left = false
    return { status: 200, body: { UnprocessedItems: (JSON.parse(body) as { RequestItems: object }).RequestItems } }
  }
  await outbox.discard(await eventsOf(outbox))
  t.same([await eventsOf(outbox), count('BatchWriteItem')], [[], 2])
})

t.test('an event whose writes DynamoDB will never accept is parked alone, and an outage parks nothing', async (t) => {
  const stores = await openBehindProxy(t, dynamoDb)
  await times(20, async (index) => await stores.payments.insert(payment(`pay_${index}`)))
  const effects = [{
    name: 'naming',
    wantsPayment: () => false,
    // A key of a row has 1,024 bytes.
    writes: ({ subjectId }: OutboxEvent) => [counted(subjectId === 'pay_7' ? 'X'.repeat(2000) : 'TRY')],
  }]
  const dispatcher = dispatcherOf(stores, { effects })
  const outages = ['InternalServerError', 'ProvisionedThroughputExceededException', 'AccessDeniedException'].map((name) => failure(name, {}, name === 'InternalServerError' ? 500 : 400))
  for (const outage of outages) {
    stores.proxy.plan = always('TransactWriteItems', outage)
    for (let tries = 0; tries <= TRIES; tries++) await t.rejects(dispatcher.run())
  }
  stores.proxy.plan = () => null
  t.equal((await eventsOf(stores.outbox)).length, 20)
  for (let tries = 0; tries < TRIES; tries++) await dispatcher.run()
  t.same(await byCreation(stores, DAY), [{ slice: DAY, currency: 'TRY', figures: { pending_count: 19, pending_amount: 1900 } }])
  t.match((await stores.outbox.parked({ before: null, limit: 10 })).items, [{ event: { subjectId: 'pay_7' }, reason: /\S/ }])
  t.same(await eventsOf(stores.outbox), [])
})

t.test('a figure of a shard that a number does not hold exactly is refused, even where the others bring the sum back', async (t) => {
  const { stats, tables } = await openBehindProxy(t, dynamoDb)
  const { documents } = dynamoDb.database(tables)
  const put = async (shard: string, figure: unknown) =>
    await documents.send(new PutCommand({ TableName: tables.stats, Item: { shard, dayCurrency: `${DAY}#TRY`, pending_amount: figure } }))
  await put('0', 2 ** 53 - 1)
  await put('1', -10)
  t.match(await byCreation({ stats }, DAY), [{ figures: { pending_amount: 2 ** 53 - 11 } }])
  await put('0', 2 ** 53)
  await t.rejects(byCreation({ stats }, DAY), { code: 'invalid_range' })
  await put('0', 0.5)
  await t.rejects(byCreation({ stats }, DAY), { message: 'a row that is not ours: pending_amount' })
})

t.test('no more parked events are counted than promised', async (t) => {
  const { outbox, tables, proxy } = await openBehindProxy(t, dynamoDb)
  const { documents } = dynamoDb.database(tables)
  const [event] = payment('pay_1').events
  if (event === undefined) throw new Error('there is one')
  const rows = Array.from({ length: PARKED_COUNT_MAX + 5 }, (_, index) => parkedRow({ event: { ...event, eventId: `${event.eventId}.${index}` }, reason: 'odd', parkedAt: at(0) }))
  for (let start = 0; start < rows.length; start += 25) {
    await documents.send(new BatchWriteCommand({ RequestItems: { [tables.outbox]: rows.slice(start, start + 25).map((Item) => ({ PutRequest: { Item } })) } }))
  }
  t.equal(await outbox.countParked(), PARKED_COUNT_MAX)
  t.same(proxy.requests.filter(({ body }) => !body.includes('"ConsistentRead":true')), [], 'none that was parked just now is left out')
})
