import fc from 'fast-check'
import t from 'tap'
import { memoryStores } from '#adapters/memory/stores.js'
import { makeBlockUser, makeListConversations, makeMarkConversationRead } from '#application/messages/conversations.js'
import { makeListMessages, makeMarkMessageRead } from '#application/messages/read-messages.js'
import { makeSendMessage, type SendMessageCommand } from '#application/messages/send-message.js'
import type { ReadMarks } from '#domain/messages/conversation.js'
import type { Message } from '#domain/messages/message.js'
import { countingIdentity, settableClock, START } from '../../support/builders.js'
import { faultyPorts } from '../../support/faulty-store.js'
import { allEvents, atOnce } from '../../support/world.js'

function talks () {
  const persistence = memoryStores()
  const time = settableClock()
  const ports = { ...persistence, identity: countingIdentity(), clock: time.clock, isReachable: async () => true, firstMessagesPerDay: 0 }
  const sendMessage = makeSendMessage(ports)
  const listMessages = makeListMessages(ports)
  const command = (senderId: string, receiverId: string, overrides: Partial<SendMessageCommand> = {}): SendMessageCommand =>
    ({ senderId, receiverId, message: 'merhaba', type: 'text', metadata: {}, key: null, ...overrides })
  return {
    ...persistence,
    time,
    send: async (senderId: string, receiverId: string, overrides: Partial<SendMessageCommand> = {}) => {
      time.advance(1_000)
      return await sendMessage(command(senderId, receiverId, overrides))
    },
    list: async (userId: string, otherUserId: string | null, { before = null, limit = 100, marks = {} }: { before?: string | null, limit?: number, marks?: ReadMarks } = {}) =>
      await listMessages({ userId, otherUserId, before, limit, marks }),
    conversationsOf: makeListConversations(ports),
    markMessage: makeMarkMessageRead(ports),
    markConversation: makeMarkConversationRead(ports),
    block: makeBlockUser(ports),
  }
}

const idsOf = (messages: readonly Message[]): string[] => messages.map(({ messageId }) => messageId)
const all = { before: null, limit: 100 }

t.test('a message is sent with the time of the service and an id of its own', async (t) => {
  const w = talks()
  const one = await w.send('ada', 'bora', { metadata: { order: 7 } })
  const two = await w.send('ada', 'bora', { metadata: { order: 7 } })
  t.match(one, { replayed: false, message: { conversationId: 'ada#bora', senderId: 'ada', status: 'sent', read: false, metadata: { order: 7 } } })
  t.ok(one.message.createdAt > START && two.message.createdAt > one.message.createdAt)
  t.not(one.message.messageId, two.message.messageId)
  t.match(await allEvents(w), [{ type: 'message.sent', subjectId: one.message.messageId }, { type: 'message.sent' }])
})

t.test('the same key again is the same message, for its sender only', async (t) => {
  const w = talks()
  const { message } = await w.send('ada', 'bora', { key: 'k' })
  t.same(await w.send('ada', 'bora', { key: 'k' }), { message, replayed: true })
  t.equal((await w.send('bora', 'ada', { key: 'k' })).replayed, false)
  t.equal((await w.list('ada', 'bora')).items.length, 2)
})

t.test('twenty concurrent requests with one key are one message', async (t) => {
  const w = talks()
  const { answers } = await atOnce(Array.from({ length: 20 }, () => async () => await w.send('ada', 'bora', { key: 'k' })))
  t.equal(answers.filter(({ replayed }) => !replayed).length, 1)
  t.equal(new Set(answers.map(({ message }) => message.messageId)).size, 1)
  t.match(await w.conversationsOf({ userId: 'bora', ...all }), { unreadTotal: 1 })
})

t.test('a key with another message is refused and changes nothing', async (t) => {
  const w = talks()
  await w.send('ada', 'bora', { key: 'k' })
  for (const other of [{ message: 'selam' }, { type: 'image' }, { metadata: { a: 1 } }]) {
    await t.rejects(w.send('ada', 'bora', { key: 'k', ...other }), { code: 'idempotency_key_reused' })
  }
  await t.rejects(w.send('ada', 'cem', { key: 'k' }), { code: 'idempotency_key_reused' })
  t.equal((await w.list('ada', null)).items.length, 1)
})

t.test('a bad message is refused and nothing is stored', async (t) => {
  const w = talks()
  await t.rejects(w.send('ada', 'ada'), { code: 'self_message' })
  await t.rejects(w.send('ada', 'bora', { message: '' }), { code: 'message_length' })
  await t.rejects(w.send('ada', 'bora', { message: 'x'.repeat(4_001) }), { code: 'message_length' })
  await t.rejects(w.send('ada', 'bora', { metadata: { a: 'x'.repeat(9_000) } }), { code: 'metadata_too_large' })
  t.same((await w.list('ada', null)).items, [])
  t.same(await allEvents(w), [])
})

t.test('a person who cannot be reached gets nothing new, and repeats of earlier messages are answered', async (t) => {
  const reachable = new Set(['bora'])
  const ports = { ...memoryStores(), identity: countingIdentity(), clock: settableClock().clock, isReachable: async (userId: string) => reachable.has(userId), firstMessagesPerDay: 0 }
  const sendMessage = makeSendMessage(ports)
  const send = async (receiverId: string, key: string | null, message = 'merhaba') => await sendMessage({ senderId: 'ada', receiverId, message, type: 'text', metadata: {}, key })
  const { message } = await send('bora', 'k')
  reachable.clear()
  for (const key of [null, 'other']) await t.rejects(send('bora', key), { code: 'receiver_unreachable' })
  t.same(await send('bora', 'k'), { message, replayed: true })
  await t.rejects(send('bora', 'k', 'selam'), { code: 'idempotency_key_reused' })
  await t.rejects(send('ada', null), { code: 'self_message' }, 'what is wrong with the message comes first')
  t.equal((await ports.messages.listOfUser('ada', { before: null, limit: 10 })).items.length, 1)
})

t.test('a blocked sender sends nothing new, but still gets replays of earlier messages', async (t) => {
  const w = talks()
  const { message } = await w.send('ada', 'bora', { key: 'k' })
  t.match(await w.block({ userId: 'bora', otherUserId: 'ada', blocked: true }), { userId: 'bora', otherUserId: 'ada', blocked: true, unread: 1 })
  await t.rejects(w.send('ada', 'bora'), { code: 'blocked' })
  t.same(await w.send('ada', 'bora', { key: 'k' }), { message, replayed: true })
  await t.rejects(w.send('bora', 'ada'), { code: 'receiver_blocked' }, 'who blocks writes nothing either')
  t.match(await w.block({ userId: 'bora', otherUserId: 'ada', blocked: false }), { blocked: false })
  t.equal((await w.send('ada', 'bora')).replayed, false)
  await t.rejects(w.block({ userId: 'ada', otherUserId: 'ada', blocked: true }), { code: 'self_message' })
})

t.test('marking a message marks everything earlier of its sender, once', async (t) => {
  const w = talks()
  const [first, second, third] = [await w.send('ada', 'bora'), await w.send('ada', 'bora'), await w.send('ada', 'bora')].map(({ message }) => message.messageId)
  const mine = await w.send('bora', 'ada')
  const mark = async (userId: string, messageId = '') => await w.markMessage({ userId, messageId })
  const marked = await mark('bora', second)
  t.match(marked, { messageId: second, read: true, status: 'read', readAt: /./ })
  w.time.advance(5_000)
  t.same(await mark('bora', second), marked, 'repeating it changes nothing')
  t.match(await mark('bora', first), { messageId: first, read: true, readAt: marked.readAt }, 'the later mark speaks for it')
  const { items } = await w.list('ada', 'bora')
  t.same(items.map(({ messageId, read }) => [messageId, read]), [[mine.message.messageId, false], [third, false], [second, true], [first, true]])
  t.match(await w.conversationsOf({ userId: 'bora', ...all }), { unreadTotal: 1, items: [{ unread: 1 }] })
})

t.test('only the receiver marks a message as read; others do not find it', async (t) => {
  const w = talks()
  const { message: { messageId } } = await w.send('ada', 'bora')
  await t.rejects(w.markMessage({ userId: 'ada', messageId }), { code: 'forbidden' })
  await t.rejects(w.markMessage({ userId: 'cem', messageId }), { code: 'not_found' })
  await t.rejects(w.markMessage({ userId: 'bora', messageId: 'msg_none' }), { code: 'not_found' })
  t.match(await w.messages.find(messageId), { read: false })
})

t.test('marking a conversation reads everything received so far, and later messages are unread', async (t) => {
  const w = talks()
  t.match(await w.markConversation({ userId: 'bora', otherUserId: 'ada' }), { conversationId: 'ada#bora', unread: 0, readAt: null })
  for (let i = 0; i < 3; i++) await w.send('ada', 'bora')
  await w.send('bora', 'ada')
  const read = await w.markConversation({ userId: 'bora', otherUserId: 'ada' })
  t.match(read, { unread: 0, readAt: w.time.clock() })
  w.time.advance(5_000)
  t.same(await w.markConversation({ userId: 'bora', otherUserId: 'ada' }), read, 'repeating it changes nothing')
  await w.send('ada', 'bora')
  t.match(await w.conversationsOf({ userId: 'bora', ...all }), { unreadTotal: 1 })
  t.same((await w.list('ada', 'bora')).items.map(({ read }) => read), [false, false, true, true, true])
  t.match(await w.conversationsOf({ userId: 'ada', ...all }), { unreadTotal: 1, items: [{ unread: 1 }] }, 'the other side is its own')
})

t.test('marking a conversation that is read already writes nothing', async (t) => {
  const w = talks()
  await w.send('ada', 'bora')
  const counted = faultyPorts()
  const markConversation = makeMarkConversationRead({ conversations: counted.wrap(w.conversations), clock: w.time.clock })
  await markConversation({ userId: 'bora', otherUserId: 'ada' })
  t.equal(counted.calls(), 3)
  await markConversation({ userId: 'bora', otherUserId: 'ada' })
  t.equal(counted.calls(), 4)
})

t.test('conversations are listed newest first, page by page, with the total of unread messages', async (t) => {
  const w = talks()
  for (const sender of ['bora', 'cem', 'derya', 'bora']) await w.send(sender, 'ada')
  const first = await w.conversationsOf({ userId: 'ada', before: null, limit: 2 })
  t.match(first, { unreadTotal: 4, items: [{ otherUserId: 'bora', unread: 2, lastMessage: { senderId: 'bora', preview: 'merhaba' } }, { otherUserId: 'derya' }] })
  t.match(await w.conversationsOf({ userId: 'ada', before: first.nextKey, limit: 2 }), { unreadTotal: 4, items: [{ otherUserId: 'cem' }], nextKey: null })
  t.same(await w.conversationsOf({ userId: 'nobody', ...all }), { items: [], nextKey: null, unreadTotal: 0 })
})

t.test('the messages of all conversations are listed in one order, with the same read marks as in each conversation', async (t) => {
  const w = talks()
  const sent: string[] = []
  for (const [from, to] of [['ada', 'bora'], ['cem', 'ada'], ['bora', 'ada'], ['cem', 'bora'], ['ada', 'cem']] as const) {
    sent.unshift((await w.send(from, to)).message.messageId)
  }
  await w.markConversation({ userId: 'ada', otherUserId: 'cem' })
  const { items, marks } = await w.list('ada', null)
  t.same(idsOf(items), sent.filter((_, index) => index !== 1), 'but not what is said between others')
  t.same(items.map(({ senderId, read }) => [senderId, read]), [['ada', false], ['bora', false], ['cem', true], ['ada', false]])
  t.same(marks, {})
  t.same(await w.list('nobody', null), { items: [], marks: {}, nextKey: null })
})

t.test('both lists show the same messages and marks, for every history and page size', async () => {
  const people = fc.constantFrom('ada', 'bora', 'cem')
  const steps = fc.array(fc.record({ from: people, to: people, marks: fc.option(fc.nat(20)) }), { maxLength: 25 })
  await fc.assert(fc.asyncProperty(steps, fc.integer({ min: 1, max: 4 }), async (history, limit) => {
    const w = talks()
    const sent: Message[] = []
    for (const { from, to, marks } of history) {
      if (from !== to) sent.push((await w.send(from, to)).message)
      const marked = marks === null ? undefined : sent[marks % Math.max(1, sent.length)]
      if (marked !== undefined) await w.markMessage({ userId: marked.receiverId, messageId: marked.messageId })
    }
    const pages = async (userId: string, otherUserId: string | null): Promise<Message[]> => {
      const items: Message[] = []
      let page = await w.list(userId, otherUserId, { limit })
      items.push(...page.items)
      while (page.nextKey !== null) {
        page = await w.list(userId, otherUserId, { limit, before: page.nextKey, marks: page.marks })
        items.push(...page.items)
      }
      return items
    }
    const whole = await pages('ada', null)
    for (const other of ['bora', 'cem']) {
      const conversation = whole.filter(({ senderId, receiverId }) => senderId === other || receiverId === other)
      if (JSON.stringify(await pages('ada', other)) !== JSON.stringify(conversation)) return false
    }
    const { unreadTotal } = await w.conversationsOf({ userId: 'ada', ...all })
    return unreadTotal === whole.filter(({ receiverId, read }) => receiverId === 'ada' && !read).length
  }), { numRuns: 200 })
})
