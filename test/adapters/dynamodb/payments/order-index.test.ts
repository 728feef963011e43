import t, { type Test } from 'tap'
import { projectionItems } from '#adapters/dynamodb/outbox/outbox-store.js'
import { termRow } from '#adapters/dynamodb/payments/order-index.js'
import { transact } from '#adapters/dynamodb/engine/write.js'
import type { Caller } from '#domain/accounts/session.js'
import { makeSearchOrders } from '#application/payments/search-orders.js'
import type { ProjectionWrite } from '#application/ports/outbox-store.js'
import { merged } from '#application/outbox/plan.js'
import type { Payment } from '#domain/payments/payment.js'
import { orderTerms } from '#domain/payments/order-search.js'
import { at, payment, times } from '../../../contracts/fixtures.js'
import { admin } from '../../../support/builders.js'
import { startDynamoDb } from '../../../support/dynamodb.js'

const dynamoDb = await startDynamoDb()
t.teardown(async () => await dynamoDb.stop())

/** Stores whose requests are counted, and a function that writes terms. */
async function open (t: Test) {
  const commands: string[] = []
  const tables = await dynamoDb.freshTables()
  const { close, ...stores } = dynamoDb.open(tables, { onRequest: (command) => { commands.push(command) } })
  t.teardown(async () => await close())
  const database = dynamoDb.database(tables)
  const write = async (writes: readonly ProjectionWrite[]) => { t.equal(await transact(database, projectionItems(database, 0, merged(writes))), null) }
  return { ...stores, commands, write }
}

function termsOf (order: Payment): ProjectionWrite[] {
  const { paymentId, userId, createdAt } = order
  return orderTerms(order).map((term) => ({ kind: 'term', term, paymentId, userId, createdAt }))
}

t.test('a page of a search takes as many requests among many orders as among few, and at any depth', async t => {
  const { payments, orderIndex, commands, write } = await open(t)
  const searchOrders = makeSearchOrders({ orderIndex, payments })
  const add = async (from: number, to: number) => await times(to - from, async (index) => {
    const { stored } = await payments.insert(payment(`pay_${from + index}`, { createdAt: at(from + index), orderId: `order-${from + index}`, description: 'Blue scarf' }))
    await write(termsOf(stored))
  })
  const ayse: Caller = { userId: 'ayse', admin: false }
  const requestsOf = async (caller: Caller, query: string, before: string | null = null) => {
    commands.length = 0
    const { items } = await searchOrders({ caller, query, status: null, from: null, to: null, before, limit: 10 })
    return [items.length, commands.join(' ')]
  }
  const hold = async (count: number) => {
    // A word may also be an id: its partitions are asked at the same time.
    t.same(await requestsOf(ayse, 'blue scarf'), [count, 'Query BatchGetItem'], 'words')
    t.same(await requestsOf(ayse, 'scarf'), [count, 'Query Query BatchGetItem'], 'an id or a word')
    t.same(await requestsOf(ayse, 'ayse@example.com'), [0, 'Query'], 'nothing')
    t.same(await requestsOf(admin, 'blue scarf'), [count, 'Query Query Query Query BatchGetItem'], 'words, of everybody')
    t.same(await requestsOf(admin, 'order-3'), [1, 'Query Query Query Query Query BatchGetItem'], 'an id or a word, of everybody')
    t.same(await requestsOf(admin, `pay_${'a'.repeat(52)}`), [0, 'Query'], 'an id alone, of everybody')
  }
  await add(0, 5)
  t.same(await requestsOf(ayse, 'blue scarf'), [5, 'Query GetItem BatchGetItem'], 'once it learns that no payments are earlier ones')
  await hold(5)
  for (let start = 5; start < 205; start += 50) await add(start, start + 50)
  await hold(10)
  commands.length = 0
  t.same(await orderIndex.candidates({ terms: ['~scarf'], userId: null, range: { low: at(3), high: at(2) }, limit: 5 }), { items: [], nextKey: null })
  t.same(commands, [], 'a range that ends before it begins')
  t.same(await requestsOf(ayse, 'blue scarf', `${at(20)}#pay_20`), [10, 'Query BatchGetItem'], 'deep down')
})

t.test('a word that many orders have is spread over partitions, and an id stays in one', async t => {
  const partitions = (term: string) => new Set(Array.from({ length: 50 }, (_, index) =>
    termRow({ kind: 'term', term, paymentId: `pay_${index}`, userId: 'ayse', createdAt: at(index) }).adminTerm))
  t.same([...partitions('~scarf')].toSorted(), ['~scarf#0', '~scarf#1', '~scarf#2', '~scarf#3'])
  t.same([...partitions('=order-1')], ['=order-1'])
})
