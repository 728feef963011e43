// @own-process
import t, { type Test } from 'tap'
import { backfillMessages } from '#adapters/dynamodb/messages/backfill-messages.js'
import { openDatabase, type Database } from '#adapters/dynamodb/engine/client.js'
import type { Message } from '#domain/messages/message.js'
import { at, pages } from '../../../contracts/fixtures.js'
import { startDynamoDb } from '../../../support/dynamodb.js'
import { earlierRow, openEarlier, putEarlierRows } from '../../../support/dynamodb-earlier.js'
import { always, failure, startFaultProxy } from '../../../support/dynamodb-proxy.js'

const dynamoDb = await startDynamoDb()
t.teardown(async () => await dynamoDb.stop())

const open = async (t: Test, rows: readonly object[]) => await openEarlier(t, dynamoDb, rows)
const fill = async (database: Database) => await backfillMessages(database, { onProgress: () => {}, signal: new AbortController().signal })
const whole = { before: null, limit: 100 }
const ids = (messages: readonly Message[]) => messages.map(({ messageId }) => messageId)

t.test('an odd earlier row reads with safe defaults, counts, and hides none beside it', async (t) => {
  const odd: string[] = []
  const { messages, tables } = await open(t, [
    earlierRow('good', 0),
    earlierRow('status', 1, { status: 5 }), earlierRow('read', 2, { read: 'true', readAt: 'soon' }), earlierRow('metadata', 3, { metadata: 'vip' }),
    earlierRow('image', 4, { type: null, message: undefined, imageUrl: 'https://a.example/1.png' }), earlierRow('number', 5, { message: 42 }),
    earlierRow('list', 6, { message: [], metadata: '{"a":1}' }), { ...earlierRow('nobody', 7), senderId: 'ayse', receiverId: 'mehmet', type: 'text' },
  ])
  const again = dynamoDb.open(tables, { onUnreadable: (table, key) => { odd.push(`${table} ${key}`) } })
  t.teardown(async () => await again.close())
  const { items } = await again.messages.listConversation('ayse#mehmet', whole)
  t.same(ids(items), ['nobody', 'list', 'number', 'image', 'metadata', 'read', 'status', 'good'])
  t.match(items, [
    {}, { message: '', metadata: { a: 1 } }, { message: '42' }, { message: '', type: 'text', imageUrl: 'https://a.example/1.png' },
    { metadata: {} }, { read: true, readAt: null }, { status: 'sent' }, { message: 'text of good' },
  ])
  t.same(odd.sort(), ['image', 'list', 'metadata', 'number', 'read', 'status'].map((key) => `messages ${key}`))
  t.same(ids((await again.messages.listOfUser('ayse', whole)).items), ids(items))
  t.same(ids((await messages.listConversation('ayse#mehmet', whole)).items), ids(items), 'also where no one wants to know')
  t.match(await messages.find('image'), { message: '' })
})

t.test('times of earlier rows are shown in our form, and their order is that of the index until the back-fill', async (t) => {
  const { messages, database } = await open(t, [
    earlierRow('offset', 0, { timestamp: '2024-03-01T13:30:00+03:00' }), earlierRow('plain', 0, { timestamp: '2024-03-01T11:00:00Z' }),
    { ...earlierRow('bare', 0, { createdAt: '2024-03-01T09:00:00Z' }), timestamp: undefined }, { messageId: 'none', senderId: 'ayse', receiverId: 'mehmet', message: 'x', updatedAt: 1709287200 },
    { messageId: 'never', senderId: 'ayse', receiverId: 'mehmet', message: 'x' },
  ])
  const times = async () => (await messages.listConversation('ayse#mehmet', whole)).items.map(({ messageId, createdAt }) => [messageId, createdAt])
  t.same(await times(), [
    ['offset', '2024-03-01T10:30:00.000Z'], ['plain', '2024-03-01T11:00:00.000Z'], ['none', '2024-03-01T10:00:00.000Z'], ['bare', '2024-03-01T09:00:00.000Z'], ['never', '1970-01-01T00:00:00.000Z'],
  ])
  for (const limit of [1, 2]) t.same((await pages(async (page) => await messages.listOfUser('ayse', page), limit)).flat().map(({ messageId }) => messageId), ['offset', 'plain'])
  await fill(database)
  const sorted = ['plain', 'offset', 'none', 'bare', 'never']
  t.same((await times()).map(([id]) => id), sorted)
  for (const limit of [1, 2, 9]) t.same((await pages(async (page) => await messages.listOfUser('ayse', page), limit)).flat().map(({ messageId }) => messageId), sorted, 'rows without a time have one now')
})

t.test('the back-fill leaves out rows that it cannot read or write, names them each time, and finishes', async (t) => {
  const { conversations, tables } = await open(t, [
    earlierRow('e1', 1), { messageId: 'e2', senderId: 'ayse', message: 'to no one', timestamp: at(2) }, earlierRow('e3', 3, { receiverId: 'zeynep' }),
  ])
  const proxy = await startFaultProxy(dynamoDb.client.endpoint)
  const { database, close } = openDatabase({ ...dynamoDb.client, endpoint: proxy.endpoint, tableNames: tables })
  t.teardown(async () => {
    close()
    await proxy.stop()
  })
  proxy.plan = ({ operation, body }) => operation === 'TransactWriteItems' && body.includes('zeynep') ? failure('ValidationException') : null
  const outcome = await fill(database)
  t.same({ ...outcome, leftOut: outcome.leftOut.toSorted() }, { isDone: true, leftOut: ['e2', 'e3'], isWaiting: false })
  t.match((await conversations.list('mehmet', whole)).items, [{ lastMessage: { messageId: 'e1' }, unread: 1 }])
  t.same(await fill(database), outcome, 'once done, it names them again')
  proxy.plan = always('TransactWriteItems', failure('InternalServerError'))
  await putEarlierRows(database, [earlierRow('e4', 4)])
  await t.rejects(fill(database), { code: 'store_unavailable' }, 'an outage leaves nothing out')
})
