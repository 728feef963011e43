// @own-process
import t, { type Test } from 'tap'
import { backfillMessages } from '#adapters/dynamodb/messages/backfill-messages.js'
import type { Conversation } from '#domain/messages/conversation.js'
import { at, message, pages, reply } from '../../../contracts/fixtures.js'
import { startDynamoDb } from '../../../support/dynamodb.js'
import { earlierRow, openEarlier } from '../../../support/dynamodb-earlier.js'

const dynamoDb = await startDynamoDb()
t.teardown(async () => await dynamoDb.stop())

const open = async (t: Test, rows: readonly object[]) => await openEarlier(t, dynamoDb, rows)
const whole = { before: null, limit: 100 }
const others = (found: readonly Conversation[]) => found.map(({ otherUserId }) => otherUserId)
const from = (senderId: string, messageId: string, second: number, fields: object = {}) => earlierRow(messageId, second, { senderId, receiverId: 'ayse', ...fields })

t.test('conversations of before are listed before the back-fill, with their newest messages and what is unread', async (t) => {
  const { conversations, database } = await open(t, [
    from('mehmet', 'e1', 1), from('mehmet', 'e2', 2, { read: true }), earlierRow('e3', 3), from('zeynep', 'e4', 4), from('ali', 'e5', 5), earlierRow('self', 6, { receiverId: 'ayse' }),
  ])
  const before = await conversations.list('ayse', whole)
  t.match(before, {
    items: [
      { otherUserId: 'ali', unread: 1 }, { otherUserId: 'zeynep', unread: 1 }, { otherUserId: 'mehmet', unread: 1, lastMessage: { messageId: 'e3' }, lastKey: `${at(3)}#e3`, lastReceivedKey: `${at(2)}#e2` },
    ], nextKey: null
  })
  t.equal(await conversations.unreadTotal('ayse'), 3)
  t.same(others(await conversations.find('ayse', ['mehmet', 'nobody', 'mehmet'])), ['mehmet'])
  await backfillMessages(database, { onProgress: () => {}, signal: new AbortController().signal })
  t.same((await conversations.list('ayse', whole)).items, before.items, 'the same as after it')
  t.equal(await conversations.unreadTotal('ayse'), 3)
})

t.test('a conversation with messages of before and of now is listed once, where its newest message puts it', async (t) => {
  const { conversations, messages } = await open(t, [from('mehmet', 'e1', 1), from('zeynep', 'e2', 9), from('fatma', 'e3', 5), from('fatma', 'e4', 6)])
  await messages.insert(reply('m1', { createdAt: at(4) }))
  await messages.insert(message('m2', { senderId: 'zeynep', receiverId: 'ayse', createdAt: at(3) }))
  await messages.insert(message('m3', { senderId: 'can', receiverId: 'ayse', createdAt: at(2) }))
  for (const limit of [1, 2, 3, 9]) {
    const found = (await pages(async (page) => await conversations.list('ayse', page), limit)).flat()
    t.same(others(found), ['zeynep', 'fatma', 'mehmet', 'can'], `${limit} a page`)
    t.same(found.map(({ unread }) => unread), [2, 2, 2, 1])
  }
  t.equal(await conversations.unreadTotal('ayse'), 7)
  await conversations.setBlocked('ayse', 'fatma', true)
  t.equal(await conversations.unreadTotal('ayse'), 5, 'what a person blocks does not count')
})

t.test('what is read before the back-fill stays read, and a person is told once of what is not', async (t) => {
  const { conversations, database } = await open(t, [from('mehmet', 'e1', 1), from('mehmet', 'e2', 2)])
  await conversations.markRead({ messageId: 'e1', messageKey: `${at(1)}#e1`, senderId: 'mehmet', receiverId: 'ayse', readAt: at(10) })
  t.match(await conversations.find('ayse', ['mehmet']), [{ unread: 1, readKey: `${at(1)}#e1` }])
  const told = await conversations.tell('ayse', 'mehmet', ({ lastReceivedKey }) => ({ by: 'ntf_1', at: at(11), key: String(lastReceivedKey) }))
  t.match(told, { told: { by: 'ntf_1', key: `${at(2)}#e2` } })
  await backfillMessages(database, { onProgress: () => {}, signal: new AbortController().signal })
  t.match(await conversations.find('ayse', ['mehmet']), [{ unread: 1, told: { by: 'ntf_1' } }])
})

t.test('a person is told of messages of before although their conversation has no row', async (t) => {
  const { conversations } = await open(t, [from('mehmet', 'e1', 1)])
  const tell = async (by: string) => await conversations.tell('ayse', 'mehmet', ({ told }) => told === null ? { by, at: at(11), key: `${at(1)}#e1` } : null)
  t.match(await tell('ntf_1'), { told: { by: 'ntf_1' } })
  t.equal(await tell('ntf_2'), null)
  t.equal(await conversations.tell('ayse', 'nobody', () => ({ by: 'ntf_3', at: at(1), key: '' })), null)
})
