import { PutCommand } from '@aws-sdk/lib-dynamodb'
import t from 'tap'
import { keyOf, readable } from '#adapters/dynamodb/engine/readable.js'
import { startDynamoDb } from '../../support/dynamodb.js'
import { anyPayment, at, message, payment } from '../../contracts/fixtures.js'

const dynamoDb = await startDynamoDb()
t.teardown(async () => await dynamoDb.stop())

const page = { before: null, limit: 10 }

t.test('one odd row never hides those beside it: lists leave it out and name its key', async (t) => {
  const tables = await dynamoDb.freshTables()
  const named: string[] = []
  const { messages, conversations, payments, outbox, performanceRows, attention, close } = dynamoDb.open(tables, { onUnreadable: (table, key) => { named.push(`${table} ${key}`) } })
  t.teardown(async () => await close())
  const { documents } = dynamoDb.database(tables)
  const put = async (table: keyof typeof tables, Item: object) => await documents.send(new PutCommand({ TableName: tables[table], Item: { ...Item } }))
  const check = async (expected: string[]) => {
    t.same(named, expected)
    named.length = 0
  }

  await messages.insert(message('m1'))
  await put('inbox', { userId: 'mehmet', conversationId: 'mehmet#odd', unreadUser: 'mehmet', lastKey: `${at(9)}#m9`, unread: 'many', blocked: true })
  t.match((await conversations.list('mehmet', page)).items, [{ otherUserId: 'ayse' }])
  t.equal(await conversations.unreadTotal('mehmet'), 1)
  t.match(await conversations.find('mehmet', ['ayse', 'odd']), [{ otherUserId: 'ayse' }])
  t.same((await conversations.listBlocked('mehmet', page)).items, [])
  await check(Array.from({ length: 4 }, () => 'inbox mehmet mehmet#odd'))

  await payments.insert(payment('pay_1'))
  const day = { createdKey: `${at(9)}#pay_odd`, adminBucket: `${at(9).slice(0, 10)}#0`, dueShard: '0', dueAt: at(0) }
  await put('payments', { paymentId: 'pay_odd', userId: 'ayse', amount: {}, currency: 'TRY', ...day })
  t.match((await payments.listOfUser('ayse', null, page)).items, [{ paymentId: 'pay_1' }])
  t.match((await payments.list(anyPayment(), page)).items, [{ paymentId: 'pay_1' }])
  t.match(await payments.findMany(['pay_1', 'pay_odd']), [{ paymentId: 'pay_1' }])
  t.same(await payments.due(at(1), 10), [])
  await check(Array.from({ length: 4 }, () => 'payments pay_odd'))
  await t.rejects(payments.find('pay_odd'), { message: /^a row that is not ours/ }, 'nothing safe can be said of it alone')

  const figures = { kind: 'http', name: 'GET /', count: 1, errors: 0, spentMs: 1.5, maxMs: 1.5, sketch: Uint8Array.of(80, 1) } as const
  const rowOf = (processId: string, changed: object) => ({ slotAt: at(0), processId, version: '1.0.0', figures: [{ ...figures, ...changed }], slowest: [], expiresAt: at(9) })
  await performanceRows.put(rowOf('prc_1', {}))
  for (const [processId, changed] of [['prc_2', { spentMs: '1.5' }], ['prc_3', { sketch: 'bytes' }]] as const) await put('performance', { ...rowOf(processId, changed), hour: at(0).slice(0, 13), slotKey: `${at(0)}#${processId}` })
  t.match((await performanceRows.list(at(0).slice(0, 13), page)).items, [{ processId: 'prc_1' }])
  await check([3, 2].map((number) => `performance ${at(0).slice(0, 13)} ${at(0)}#prc_${number}`))

  await put('attention', { kindShard: 'refund#0', createdKey: `${at(9)}#pay_1#re_1`, paymentId: 'pay_1', version: 'two' })
  t.same((await attention.list({ kind: 'refund', state: null }, page)).items, [])
  await check([`attention refund#0 ${at(9)}#pay_1#re_1`])

  await put('outbox', { shard: 'parked', eventId: 'odd' })
  t.same((await outbox.parked(page)).items, [])
  await check(['outbox parked odd'])
})

t.test('a fault of ours is no odd row, and a user is named by their id', async (t) => {
  const database = dynamoDb.database(await dynamoDb.freshTables())
  t.throws(() => readable(database, 'messages', [{}], () => { throw new TypeError('ours') }), TypeError)
  t.equal(keyOf('users', { userId: 'u1', email: 'ada@example.com' }), 'u1')
})
