// @own-process
import { PutCommand } from '@aws-sdk/lib-dynamodb'
import t from 'tap'
import { laterBy } from '#domain/time.js'
import { EXAMINED_MAX } from '#application/ports/page.js'
import { anyPayment, at, noted, pages, payment, times } from '../../../contracts/fixtures.js'
import { writePayments } from '../../../support/batch-write.js'
import { startDynamoDb } from '../../../support/dynamodb.js'
import { failure, inTurn, openBehindProxy } from '../../../support/dynamodb-proxy.js'

const dynamoDb = await startDynamoDb()
t.teardown(async () => await dynamoDb.stop())

const DAY_MS = 86_400_000
const onDay = (day: number, second = 0) => laterBy(at(second), day * DAY_MS)

t.test('the number of buckets may change from day to day: each day keeps its own', async (t) => {
  const { payments, proxy, tables } = await openBehindProxy(t, dynamoDb)
  const { documents } = dynamoDb.database(tables)
  for (const [day, shards] of [[0, 1], [1, 7]] as const) {
    await documents.send(new PutCommand({ TableName: tables.days, Item: { register: 'payments', day: onDay(day).slice(0, 10), shards } }))
  }
  const stored = await times(30, async (index) => await payments.insert(payment(`pay_${index + 10}`, { createdAt: onDay(index % 3, index) })))
  await payments.update('pay_13', noted('still in its bucket'))
  const ids = (await pages(async (page) => await payments.list(anyPayment(), page), 7)).flat().map(({ paymentId }) => paymentId)
  t.equal(new Set(ids).size, stored.length)
  const buckets = new Set(proxy.requests.flatMap(({ body }) => [...body.matchAll(/"adminBucket":\{"S":"([^"]+)"/g)].map(([, bucket]) => bucket)))
  t.same([...buckets].filter((bucket) => bucket?.startsWith(onDay(0).slice(0, 10))), [`${onDay(0).slice(0, 10)}#0`])
  t.ok([...buckets].some((bucket) => bucket?.startsWith(onDay(1).slice(0, 10)) === true && Number(bucket.split('#')[1]) > 3))
})

t.test('a payment is not inserted where its day could not be registered, and the next try registers it', async (t) => {
  const { payments, proxy, count } = await openBehindProxy(t, dynamoDb)
  proxy.plan = inTurn('UpdateItem', failure('ValidationException'))
  await t.rejects(payments.insert(payment('pay_1')), { name: 'ValidationException' })
  t.equal(count('TransactWriteItems'), 0)
  t.equal(await payments.find('pay_1'), null)
  proxy.plan = inTurn('UpdateItem', 'answer lost')
  t.match(await payments.insert(payment('pay_1')), { inserted: true })
  t.equal((await payments.list(anyPayment(), { before: null, limit: 1 })).items.length, 1)
})

t.test('a page looks into 32 days at most, and the next one goes on with older ones', async (t) => {
  const { payments, count } = await openBehindProxy(t, dynamoDb)
  const days = 70
  await times(days, async (index) => await payments.insert(payment(`pay_${index}`, { createdAt: onDay(index * 2) })))
  const before = count('Query')
  const all = await pages(async (page) => await payments.list(anyPayment(), page), 100)
  t.same(all.map(({ length }) => length), [32, 31, 7])
  t.same(all.flat().map(({ paymentId }) => paymentId), Array.from({ length: days }, (_, index) => `pay_${days - 1 - index}`))
  t.equal(count('Query') - before, 3 + days * 4)
  const none = await pages(async (page) => await payments.list(anyPayment({ flag: 'late_success' }), page), 100)
  t.same(none.map(({ length }) => length), [0, 0, 0], 'a page without a match tells where it stopped')
})

t.test('a page with few matches reads hardly more payments than it examines', async (t) => {
  const { payments, proxy, tables, count } = await openBehindProxy(t, dynamoDb)
  const A_DAY = 130
  await writePayments(dynamoDb.database(tables), Array.from({ length: 16 * A_DAY }, (_, index) =>
    payment(`pay_${index}`, { createdAt: onDay(Math.floor(index / A_DAY), index % A_DAY) })))
  let rows = 0
  proxy.plan = ({ operation, body }) => operation !== 'Query' || !body.includes('adminBucket')
    ? null
    : { ask: body, adapt: (answer) => { rows += (JSON.parse(answer) as { Count: number }).Count; return answer } }
  const { items, nextKey } = await payments.list(anyPayment({ sellerId: 'nobody' }), { before: null, limit: 100 })
  t.same([items, nextKey === null], [[], false])
  t.ok(rows >= EXAMINED_MAX && rows <= 1.2 * EXAMINED_MAX, `${rows} rows`)
  t.ok(count('Query') <= 1 + 8 * 4 * 2, `${count('Query')} queries`)
})

t.test('a range that ends where a day begins does not look into that day', async (t) => {
  const { payments, count } = await openBehindProxy(t, dynamoDb)
  await times(2, async (index) => await payments.insert(payment(`pay_${index}`, { createdAt: onDay(index) })))
  const before = count('Query')
  const { items, nextKey } = await payments.list(anyPayment({ to: `${onDay(1).slice(0, 10)}T00:00:00.000Z` }), { before: null, limit: 10 })
  t.match([items.map(({ paymentId }) => paymentId), nextKey], [['pay_0'], null])
  t.equal(count('Query') - before, 1 + 4)
})

t.test('rows so large that DynamoDB breaks up its answers are all listed', async (t) => {
  const { payments } = await openBehindProxy(t, dynamoDb)
  await times(60, async (index) => await payments.insert(payment(`pay_${index}`, { userId: 'ayse', createdAt: at(index), description: 'x'.repeat(100_000) })))
  for (const filter of [anyPayment(), anyPayment({ userId: 'ayse' })]) {
    const { items, nextKey } = await payments.list(filter, { before: null, limit: 100 })
    t.equal(items.length, 60)
    t.equal(nextKey, null)
  }
})
