// @own-process
import { PutCommand } from '@aws-sdk/lib-dynamodb'
import t, { type Test } from 'tap'
import { byChange } from '#application/ports/read-models.js'
import { unchanged } from '#domain/payments/decision.js'
import { messageKey } from '#domain/messages/message.js'
import { conversationOf } from '#adapters/dynamodb/messages/conversation-store.js'
import { messageOf, messageRow } from '#adapters/dynamodb/messages/message-row.js'
import { paymentOf, paymentRow } from '#adapters/dynamodb/payments/payment-row.js'
import { entry } from '../../contracts/audit-store.contract.js'
import { anyPayment, at, message, noted, pages, payment, times, webhookEvent } from '../../contracts/fixtures.js'
import { startDynamoDb } from '../../support/dynamodb.js'
import { earlierRow } from '../../support/dynamodb-earlier.js'

const dynamoDb = await startDynamoDb()
t.teardown(async () => await dynamoDb.stop())

/** Stores whose requests are counted, and that know already that no earlier rows are left and that the day of the test is registered. */
async function open (t: Test) {
  const commands: string[] = []
  const tables = await dynamoDb.freshTables()
  const persistence = dynamoDb.open(tables, {
    onRequest: (command, seconds) => {
      t.ok(seconds > 0 && seconds < 10)
      t.not(command, 'Scan')
      commands.push(command)
    },
  })
  t.teardown(async () => await persistence.close())
  await persistence.messages.listConversation('ayse#mehmet', { before: null, limit: 1 })
  await persistence.payments.insert(payment('pay_0'))
  const requestsOf = async (run: () => Promise<unknown>) => {
    commands.length = 0
    await run()
    return commands.join(' ')
  }
  return { ...persistence, tables, requestsOf }
}

t.test('every step of a message is one request', async (t) => {
  const { messages, conversations, requestsOf } = await open(t)
  const sent = message('m1')
  const page = { before: null, limit: 10 }
  t.equal(await requestsOf(async () => await messages.insert(sent)), 'TransactWriteItems')
  t.equal(await requestsOf(async () => await messages.insert(sent)), 'TransactWriteItems', 'sent again')
  t.equal(await requestsOf(async () => await messages.find('m1')), 'GetItem')
  t.equal(await requestsOf(async () => await messages.listConversation('ayse#mehmet', page)), 'Query')
  t.equal(await requestsOf(async () => await conversations.list('mehmet', page)), 'Query')
  t.equal(await requestsOf(async () => await conversations.unreadTotal('mehmet')), 'Query')
  t.equal(await requestsOf(async () => await conversations.find('mehmet', ['ayse', 'zeynep'])), 'BatchGetItem')
  t.equal(await requestsOf(async () => await conversations.find('mehmet', [])), '')
  t.equal(await requestsOf(async () => await conversations.setBlocked('mehmet', 'zeynep', true)), 'UpdateItem')
  const marker = { messageId: 'm1', messageKey: messageKey(sent), senderId: 'ayse', receiverId: 'mehmet', readAt: at(1) }
  t.equal(await requestsOf(async () => await conversations.markRead(marker)), 'TransactWriteItems')
  t.equal(await requestsOf(async () => await conversations.markRead(marker)), 'TransactWriteItems', 'read again')
})

t.test('a message by the rules of sending is one request, and the first one of a conversation two', async (t) => {
  const { messages, conversations, requestsOf } = await open(t)
  const rules = { firstMessagesPerDay: 10 }
  t.equal(await requestsOf(async () => await messages.insert(message('m1'), rules)), 'TransactWriteItems TransactWriteItems')
  t.equal(await requestsOf(async () => await messages.insert(message('m2', { createdAt: at(1) }), rules)), 'TransactWriteItems')
  t.equal(await requestsOf(async () => await messages.insert(message('m3', { receiverId: 'zeynep' }), { firstMessagesPerDay: 0 })), 'TransactWriteItems', 'without a limit')
  t.equal(await requestsOf(async () => await conversations.listBlocked('mehmet', { before: null, limit: 10 })), 'Query')
  t.equal(await requestsOf(async () => await conversations.setBlocked('mehmet', 'ayse', true)), 'UpdateItem')
  t.equal(await requestsOf(async () => await conversations.setBlocked('mehmet', 'ayse', false)), 'UpdateItem')
  t.equal(await requestsOf(async () => await conversations.setBlocked('mehmet', 'can', false)), 'UpdateItem UpdateItem', 'nothing is unread')
})

t.test('reading a message that is not the newest takes three requests', async (t) => {
  const { messages, conversations, requestsOf } = await open(t)
  const old = message('m1')
  await messages.insert(old)
  await messages.insert(message('m2', { createdAt: at(1) }))
  const marker = { messageId: 'm1', messageKey: messageKey(old), senderId: 'ayse', receiverId: 'mehmet', readAt: at(2) }
  t.equal(await requestsOf(async () => await conversations.markRead(marker)), 'TransactWriteItems Query TransactWriteItems')
})

t.test('every step of a payment is one request', async (t) => {
  const { payments, webhookEvents, requestsOf } = await open(t)
  const { payment: known } = payment('pay_1')
  t.equal(await requestsOf(async () => await payments.insert(payment('pay_1'))), 'TransactWriteItems')
  t.equal(await requestsOf(async () => await payments.update('pay_1', noted('x'), { known })), 'TransactWriteItems')
  t.equal(await requestsOf(async () => await payments.find('pay_1')), 'GetItem')
  t.equal(await requestsOf(async () => await payments.findMany(['pay_1', 'pay_2', 'pay_1'])), 'BatchGetItem')
  t.equal(await requestsOf(async () => await payments.findMany([])), '')
  t.equal(await requestsOf(async () => await payments.update('pay_1', noted('x'))), 'GetItem TransactWriteItems', 'not known')
  t.equal(await requestsOf(async () => await payments.update('pay_1', noted('x'), { known })), 'TransactWriteItems TransactWriteItems', 'overtaken')
  t.equal(await requestsOf(async () => await payments.update('pay_1', unchanged)), 'GetItem', 'nothing to do')
  t.equal(await requestsOf(async () => await payments.insert(payment('pay_2', { orderId: known.orderId }))), 'TransactWriteItems GetItem', 'the order is claimed')
  const found = await payments.find('pay_1')
  t.equal(await requestsOf(async () => await payments.update('pay_1', unchanged, { known: found ?? known, webhookEvent: webhookEvent('simulator#1') })), 'TransactWriteItems')
  t.equal(await requestsOf(async () => await payments.listOfUser('ayse', null, { before: null, limit: 10 })), 'GetItem Query', 'once it learns that no payments are earlier ones')
  t.equal(await requestsOf(async () => await payments.listOfUser('ayse', null, { before: null, limit: 10 })), 'Query')
  t.equal(await requestsOf(async () => await payments.listOfUser('ayse', 'pending', { before: null, limit: 10 })), 'Query')
  t.equal(await requestsOf(async () => await payments.due(at(0), 10)), 'Query Query Query Query', 'nothing is due')
  t.equal(await requestsOf(async () => await payments.due(at(999), 10)), 'Query Query Query Query BatchGetItem')
  t.equal(await requestsOf(async () => await webhookEvents.insert(webhookEvent('simulator#2'))), 'PutItem')
})

t.test('the first payment of a day takes one request more, however many come at once', async (t) => {
  const { payments, requestsOf } = await open(t)
  const tomorrow = at(86_400)
  const requests = await requestsOf(async () => await times(5, async (index) => await payments.insert(payment(`pay_${index}`, { createdAt: tomorrow }))))
  t.equal(requests.split(' ').filter((command) => command === 'UpdateItem').length, 1)
  t.equal(requests.indexOf('UpdateItem'), 0, 'before the first payment')
  t.equal(await requestsOf(async () => await payments.insert(payment('pay_9', { createdAt: tomorrow }))), 'TransactWriteItems')
})

t.test('a page of all payments takes a request for the days and one for each bucket of a day, at any depth', async (t) => {
  const { payments, requestsOf } = await open(t)
  for (let start = 0; start < 600; start += 50) await times(50, async (index) => await payments.insert(payment(`more_${start + index}`, { createdAt: at(start + index) })))
  let before: string | null = null
  let read = 0
  do {
    let page = await payments.list(anyPayment({ userId: 'nobody' }), { before, limit: 1 })
    const requests = await requestsOf(async () => { page = await payments.list(anyPayment(), { before, limit: 100 }) })
    t.equal(requests, 'Query Query Query Query Query')
    read += page.items.length
    before = page.nextKey
  } while (before !== null)
  t.equal(read, 601)
  t.equal(await requestsOf(async () => await payments.list(anyPayment({ userId: 'ayse' }), { before: null, limit: 100 })), 'Query')
  t.equal(await requestsOf(async () => await payments.list(anyPayment({ userId: 'ayse', status: 'pending' }), { before: null, limit: 100 })), 'Query')
  t.equal(await requestsOf(async () => await payments.list(anyPayment({ from: at(90_000) }), { before: null, limit: 100 })), 'Query', 'no day, no bucket')
  t.equal((await requestsOf(async () => await payments.list(anyPayment({ sellerId: 'nobody' }), { before: null, limit: 100 }))).split(' ').length, 1 + 4 * 2, 'a filter that matches nothing')
})

t.test('statistics take a request for each writer of figures, and once a minute one for the recount', async (t) => {
  const { stats, requestsOf } = await open(t)
  const queries = Array.from({ length: 9 }, () => 'Query').join(' ')
  t.equal(await requestsOf(async () => await stats.recount()), 'GetItem')
  t.equal(await requestsOf(async () => await stats.recount()), '', 'known')
  for (const grain of ['day', 'hour', 'quarter'] as const) t.equal(await requestsOf(async () => await stats.read(byChange(grain, at(0)), '2126', '2127')), queries, grain)
  t.equal(await requestsOf(async () => await stats.counted(at(0), [])), '')
  t.equal(await requestsOf(async () => await stats.counted(at(0), ['pay_1', 'pay_2'])), 'BatchGetItem')
  t.equal(await requestsOf(async () => await stats.count(at(0), [{ paymentId: 'pay_1', version: 1 }], [])), 'TransactWriteItems')
  t.equal(await requestsOf(async () => await stats.saveRecount({ since: at(0), isComplete: true, position: null, looked: 0 })), 'PutItem')
})

t.test('a page of all of a user\'s messages takes two requests at any depth', async (t) => {
  const { messages, requestsOf } = await open(t)
  await times(60, async (index) => await messages.insert(message(`m${index}`, { receiverId: `user${index}`, createdAt: at(index) })))
  await times(20, async (index) => await messages.insert(message(`r${index}`, { senderId: `user${index}`, receiverId: 'ayse', createdAt: at(100 + index) })))
  let before: string | null = null
  let read = 0
  do {
    let page = await messages.listOfUser('nobody', { before, limit: 1 })
    t.equal(await requestsOf(async () => { page = await messages.listOfUser('ayse', { before, limit: 7 }) }), 'Query Query')
    read += page.items.length
    before = page.nextKey
  } while (before !== null)
  t.equal(read, 80)
})

t.test('pages are whole where DynamoDB breaks up its answers', async (t) => {
  const { messages, conversations, requestsOf } = await open(t)
  // 4,000 characters of 4 bytes: about 65 messages are a megabyte, where an answer ends.
  await times(90, async (index) => await messages.insert(message(`m${index + 10}`, { message: '👜'.repeat(4000), createdAt: at(index) })))
  const first = message('m10')
  const requests = await requestsOf(async () => {
    const { items, nextKey } = await messages.listConversation('ayse#mehmet', { before: null, limit: 90 })
    t.equal(items.length, 90)
    t.equal(nextKey, null)
  })
  t.equal(requests, 'Query Query')
  t.equal((await pages(async (page) => await messages.listOfUser('mehmet', page), 80)).flat().length, 90)
  const { items: [newest] } = await messages.listConversation('ayse#mehmet', { before: null, limit: 1 })
  await conversations.markRead({ messageId: 'm10', messageKey: messageKey(first), senderId: 'ayse', receiverId: 'mehmet', readAt: at(100) })
  const secondNewest = await messages.find(newest?.messageId === 'm99' ? 'm98' : 'm97')
  const marker = { messageId: secondNewest?.messageId ?? '', messageKey: messageKey(secondNewest ?? first), senderId: 'ayse', receiverId: 'mehmet', readAt: at(101) }
  t.match(await requestsOf(async () => await conversations.markRead(marker)), /^TransactWriteItems Query Query TransactWriteItems$/)
  t.ok((await conversations.unreadTotal('mehmet')) >= 1)
})

t.test('a row that is not ours is refused, by the name of the attribute and not by its value', async (t) => {
  const good = messageRow(message('m1'))
  for (const attribute of ['messageId', 'senderId', 'receiverId']) {
    t.throws(() => messageOf({ ...good, [attribute]: 5 }), { message: `a row that is not ours: ${attribute}` })
  }
  const paid = paymentRow(payment('pay_1').payment, 'token', 4)
  for (const [attribute, value] of [['amount', 1.5], ['amount', 2 ** 53], ['amount', '5'], ['refunds', {}], ['refunds', [5]], ['items', null], ['status', 5], ['flags', [5]], ['flags', 'odd'], ['lease', null], ['check', 'soon'], ['failure', 'x']] as const) {
    t.throws(() => paymentOf({ ...paid, [attribute]: value }), { message: `a row that is not ours: ${attribute}` })
  }
  const side = { userId: 'ayse', otherUserId: 'mehmet', conversationId: 'ayse#mehmet' }
  for (const [attribute, value] of [['unread', 'many'], ['blocked', 1], ['lastMessage', []], ['otherUserId', undefined]] as const) {
    t.throws(() => conversationOf({ ...side, [attribute]: value }), { message: `a row that is not ours: ${attribute}` })
  }
})

t.test('a row of ours is a row of the earlier application, with more on it', async (t) => {
  const row = messageRow(message('m1', { createdAt: at(5) }))
  for (const [attribute, value] of Object.entries(earlierRow('m1', 5))) t.same(row[attribute], value, attribute)
  t.match(row, { conversationId: 'ayse#mehmet', sortKey: `${at(5)}#m1` })
})

t.test('a broken row in a table shows as an error, not as nothing', async (t) => {
  const { messages, tables } = await open(t)
  const { documents } = dynamoDb.database(tables)
  await documents.send(new PutCommand({ TableName: tables.messages, Item: { messageId: 'm1' } }))
  await t.rejects(messages.find('m1'), { message: 'a row that is not ours: senderId' })
})

t.test('a page of the audit log, or of the events of a payment, is one request, however many rows there are', async (t) => {
  const { audit, webhookEvents, requestsOf } = await open(t)
  await times(150, async (index) => { await audit.insert({ ...entry(`aud_${index}`, index), targetId: `pay_${index % 3}` }) })
  await times(150, async (index) => { await webhookEvents.insert(webhookEvent(`a#${index}`, { paymentId: `pay_${index % 3}`, receivedAt: at(index) })) })
  for (const page of [{ before: null, limit: 20 }, { before: `${at(100)}#`, limit: 20 }]) {
    for (const by of [null, { end: 'actorId', id: 'usr_boss' }, { end: 'targetId', id: 'pay_1' }] as const) t.equal(await requestsOf(async () => { t.equal((await audit.list(page, by)).items.length, 20) }), 'Query')
    t.equal(await requestsOf(async () => { t.equal((await webhookEvents.list({ state: null, provider: null, paymentId: 'pay_1' }, page)).items.length, 20) }), 'Query')
  }
})
