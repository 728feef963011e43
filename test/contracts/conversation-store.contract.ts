import type { Test } from 'tap'
import fc from 'fast-check'
import { newConversation } from '#domain/messages/conversation.js'
import { messageKey, type Message } from '#domain/messages/message.js'
import type { Stores } from '#application/ports/stores.js'
import { at, message, open, pageCount, pages, reply, spoil, times, type MakePersistence } from './fixtures.js'

export function conversationStoreContract (t: Test, makePersistence: MakePersistence): void {
  t.test('a message makes both sides of its conversation', async (t) => {
    const { messages, conversations } = await open(t, makePersistence)
    const sent = message('m1', { type: 'offer', message: `${'ğ'.repeat(139)}👜 and more` })
    await messages.insert(sent)
    const lastMessage = { messageId: 'm1', senderId: 'ayse', type: 'offer', preview: `${'ğ'.repeat(139)}👜`, createdAt: at(0) }
    const last = { lastMessage, lastKey: messageKey(sent) }
    t.same(await conversations.find('ayse', ['mehmet']), [{ ...newConversation('ayse', 'mehmet'), ...last }])
    t.same(await conversations.find('mehmet', ['ayse']), [
      { ...newConversation('mehmet', 'ayse'), ...last, lastReceivedKey: messageKey(sent), unread: 1 },
    ])
  })

  t.test('sides are found together, and those that do not exist are left out', async (t) => {
    const { messages, conversations } = await open(t, makePersistence)
    await times(110, async (index) => await messages.insert(message(`m${index}`, { receiverId: `user${index}` })))
    const others = Array.from({ length: 120 }, (_, index) => `user${index}`)
    const found = await conversations.find('ayse', others)
    t.same(new Set(found.map(({ otherUserId }) => otherUserId)), new Set(others.slice(0, 110)))
    t.equal(found.length, 110)
    t.same(await conversations.find('ayse', []), [])
    t.same(await conversations.find('zeynep', ['ayse']), [])
  })

  t.test('a new message moves its conversation to the top of both lists', async (t) => {
    const { messages, conversations } = await open(t, makePersistence)
    await messages.insert(message('m1', { createdAt: at(1) }))
    await messages.insert(message('m2', { receiverId: 'zeynep', createdAt: at(2) }))
    const others = async () => (await conversations.list('ayse', { before: null, limit: 10 })).items.map(({ otherUserId }) => otherUserId)
    t.same(await others(), ['zeynep', 'mehmet'])
    await messages.insert(reply('m3', { createdAt: at(3) }))
    t.same(await others(), ['mehmet', 'zeynep'])
    t.same((await conversations.list('zeynep', { before: null, limit: 10 })).items, await conversations.find('zeynep', ['ayse']))
    t.same(await conversations.list('nobody', { before: null, limit: 10 }), { items: [], nextKey: null })
  })

  t.test('the pages of a user\'s conversations are the whole list', async (t) => {
    const { messages, conversations } = await open(t, makePersistence)
    // All in one moment, so that the ids decide about the order.
    await times(11, async (index) => await messages.insert(message(`m${index}`, { receiverId: `user${index}` })))
    const whole = (await conversations.list('ayse', { before: null, limit: 100 })).items
    t.equal(whole.length, 11)
    t.same(whole.map(({ lastKey }) => lastKey), whole.map(({ lastKey }) => lastKey).sort().reverse())
    for (const limit of [1, 4, 10, 11]) {
      const found = await pages(async (page) => await conversations.list('ayse', page), limit)
      t.same(found.flat(), whole)
      t.equal(found.length, pageCount(11, limit))
    }
  })

  t.test('the receiver\'s unread messages are counted, by conversation and over all', async (t) => {
    const { messages, conversations } = await open(t, makePersistence)
    t.equal(await conversations.unreadTotal('mehmet'), 0)
    for (const second of [1, 2, 3]) await messages.insert(message(`m${second}`, { createdAt: at(second) }))
    await messages.insert(message('m4', { senderId: 'zeynep', createdAt: at(4) }))
    await messages.insert(reply('m5', { createdAt: at(5) }))
    t.equal(await conversations.unreadTotal('mehmet'), 4)
    t.equal(await conversations.unreadTotal('ayse'), 1)
    t.equal((await conversations.find('mehmet', ['ayse']))[0]?.unread, 3)
  })

  t.test('a conversation is blocked and admitted again, and repeating it changes nothing', async (t) => {
    const { conversations } = await open(t, makePersistence)
    const side = newConversation('mehmet', 'ayse')
    t.same(await conversations.setBlocked('mehmet', 'ayse', true), { ...side, blocked: true })
    t.same(await conversations.setBlocked('mehmet', 'ayse', true), { ...side, blocked: true })
    t.same(await conversations.find('mehmet', ['ayse']), [{ ...side, blocked: true }])
    t.same((await conversations.list('mehmet', { before: null, limit: 10 })).items, [], 'what holds no message is not listed')
    t.same(await conversations.setBlocked('mehmet', 'ayse', false), side)
  })

  t.test('unread messages of a blocked person leave the total, and come back with the end of the block', async (t) => {
    const { messages, conversations } = await open(t, makePersistence)
    for (const second of [1, 2, 3]) await messages.insert(message(`m${second}`, { createdAt: at(second) }))
    await messages.insert(message('m4', { senderId: 'zeynep', createdAt: at(4) }))
    for (const blocked of [true, true]) t.match(await conversations.setBlocked('mehmet', 'ayse', blocked), { blocked, unread: 3 })
    t.equal(await conversations.unreadTotal('mehmet'), 1)
    t.match(await conversations.find('mehmet', ['ayse']), [{ unread: 3 }], 'the conversation keeps its own')
    for (const blocked of [false, false]) t.match(await conversations.setBlocked('mehmet', 'ayse', blocked), { blocked, unread: 3 })
    t.equal(await conversations.unreadTotal('mehmet'), 4)
    await conversations.setBlocked('mehmet', 'ayse', true)
    await conversations.markRead(markerAt(message('m2', { createdAt: at(2) }), 10))
    t.equal(await conversations.unreadTotal('mehmet'), 1, 'reading some adds none')
    await conversations.setBlocked('mehmet', 'ayse', false)
    t.equal(await conversations.unreadTotal('mehmet'), 2)
    await conversations.setBlocked('mehmet', 'ayse', true)
    await conversations.markRead(markerAt(message('m3', { createdAt: at(3) }), 11))
    await conversations.setBlocked('mehmet', 'ayse', false)
    t.equal(await conversations.unreadTotal('mehmet'), 1)
  })

  t.test('the people whom a user blocks are listed page by page, with messages or without', async (t) => {
    const { messages, conversations } = await open(t, makePersistence)
    await times(30, async (index) => await messages.insert(message(`m${index}`, { senderId: `user${index + 10}` })))
    await conversations.setBlocked('ayse', 'mehmet', true)
    const blocked = ['user11', 'user15', 'user39', 'unknown1', 'unknown2']
    for (const otherUserId of [...blocked, 'user12']) await conversations.setBlocked('mehmet', otherUserId, true)
    await conversations.setBlocked('mehmet', 'user12', false)
    const whole = (await conversations.listBlocked('mehmet', { before: null, limit: 100 })).items
    t.same(whole.map(({ otherUserId }) => otherUserId), [...blocked].sort().reverse())
    t.same(whole.filter(({ otherUserId }) => otherUserId === 'user15'), await conversations.find('mehmet', ['user15']))
    for (const limit of [1, 2, 5]) {
      const found = await pages(async (page) => await conversations.listBlocked('mehmet', page), limit)
      t.same(found.flat(), whole)
      t.equal(found.length, pageCount(5, limit))
    }
    t.same(await conversations.listBlocked('zeynep', { before: null, limit: 10 }), { items: [], nextKey: null })
  })

  t.test('a row that was read cannot be used to change the store', async (t) => {
    const { messages, conversations } = await open(t, makePersistence)
    await messages.insert(message('m1'))
    const before = structuredClone(await conversations.find('mehmet', ['ayse']))
    for (const side of await conversations.find('mehmet', ['ayse'])) spoil(side)
    for (const side of (await conversations.list('mehmet', { before: null, limit: 1 })).items) spoil(side)
    t.same(await conversations.find('mehmet', ['ayse']), before)
    spoil(await conversations.setBlocked('mehmet', 'ayse', false))
    t.same(await conversations.find('mehmet', ['ayse']), before)
  })

  readMarkerContract(t, makePersistence)
}

function readMarkerContract (t: Test, makePersistence: MakePersistence): void {
  t.test('reading the newest message marks it and both sides', async (t) => {
    const { messages, conversations } = await open(t, makePersistence)
    const [m1, m2] = await send(messages, [message('m1', { createdAt: at(1) }), message('m2', { createdAt: at(2) })])
    t.equal(await conversations.markRead(markerAt(m2, 10)), at(10))
    t.same(await messages.find('m2'), { ...m2, read: true, readAt: at(10), status: 'read' })
    t.same(await messages.find('m1'), m1, 'only the message itself carries the mark')
    t.match(await conversations.find('mehmet', ['ayse']), [{ unread: 0, readKey: messageKey(m2), readAt: at(10), otherReadKey: null, otherReadAt: null }])
    t.match(await conversations.find('ayse', ['mehmet']), [{ readKey: null, readAt: null, otherReadKey: messageKey(m2), otherReadAt: at(10) }])
    t.equal(await conversations.unreadTotal('mehmet'), 0)
    await messages.insert(message('m3', { createdAt: at(11) }))
    t.equal(await conversations.unreadTotal('mehmet'), 1)
  })

  t.test('marks only move forward', async (t) => {
    const { messages, conversations } = await open(t, makePersistence)
    const [m1, m2] = await send(messages, [message('m1', { createdAt: at(1) }), message('m2', { createdAt: at(2) })])
    await conversations.markRead(markerAt(m2, 10))
    const sides = async () => [await conversations.find('ayse', ['mehmet']), await conversations.find('mehmet', ['ayse'])]
    const before = await sides()
    t.equal(await conversations.markRead(markerAt(m2, 20)), at(10), 'read since the first time')
    t.equal(await conversations.markRead(markerAt(m1, 30)), at(10), 'read since a later one was')
    t.same(await sides(), before)
    t.same(await messages.find('m2'), { ...m2, read: true, readAt: at(10), status: 'read' })
  })

  t.test('messages newer than the one read stay unread', async (t) => {
    const { messages, conversations } = await open(t, makePersistence)
    const [, m2, , , m5] = await send(messages, [
      message('m1', { createdAt: at(1) }), message('m2', { createdAt: at(2) }), reply('m3', { createdAt: at(3) }),
      message('m4', { createdAt: at(4) }), message('m5', { createdAt: at(5) }), message('m6', { createdAt: at(6) }),
    ])
    t.equal(await conversations.markRead(markerAt(m2, 10)), at(10))
    t.match(await conversations.find('mehmet', ['ayse']), [{ unread: 3, readKey: messageKey(m2), readAt: at(10) }])
    t.match(await conversations.find('ayse', ['mehmet']), [{ unread: 1, otherReadKey: messageKey(m2), otherReadAt: at(10) }])
    t.equal(await conversations.unreadTotal('mehmet'), 3)
    t.equal(await conversations.markRead(markerAt(m5, 11)), at(11))
    t.equal(await conversations.unreadTotal('mehmet'), 1)
    t.same(await messages.find('m5'), { ...m5, read: true, readAt: at(11), status: 'read' })
  })

  t.test('a read that races with new messages leaves exactly those unread', async (t) => {
    const { messages, conversations } = await open(t, makePersistence)
    const [first] = await send(messages, [message('m00')])
    const more = times(10, async (index) => await messages.insert(message(`m${index + 10}`, { createdAt: at(index + 1) })))
    const [readAt] = await Promise.all([conversations.markRead(markerAt(first, 30)), more])
    t.equal(readAt, at(30))
    t.match(await conversations.find('mehmet', ['ayse']), [{ unread: 10, readKey: messageKey(first) }])
  })

  t.test('of reads that race with each other and with new messages, the furthest counts', async (t) => {
    const { messages, conversations } = await open(t, makePersistence)
    const sent = await send(messages, Array.from({ length: 10 }, (_, index) => message(`m1${index}`, { createdAt: at(index) })))
    await Promise.all([
      ...sent.slice(0, 8).map(async (one, index) => await conversations.markRead(markerAt(one, 30 + index))),
      times(5, async (index) => await messages.insert(message(`m2${index}`, { createdAt: at(20 + index) }))),
    ])
    const key = messageKey(sent[7] ?? message('none'))
    t.match(await conversations.find('mehmet', ['ayse']), [{ unread: 7, readKey: key }])
    t.match(await conversations.find('ayse', ['mehmet']), [{ otherReadKey: key }])
    t.equal(await conversations.unreadTotal('mehmet'), 7)
  })

  t.test('after any sequence of messages and reads, unread is what a count would find', async (t) => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('send' as const), from: fc.constantFrom('ayse', 'mehmet') }),
      fc.record({ kind: fc.constant('read' as const), position: fc.nat(12) })
    )
    await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 14 }), async (steps) => {
      const { messages, conversations, close } = await makePersistence()
      const received: Message[] = []
      let readUpTo = ''
      for (const [index, one] of steps.entries()) {
        if (one.kind === 'send') {
          const draft = one.from === 'ayse' ? message(`m${index}`, { createdAt: at(index) }) : reply(`m${index}`, { createdAt: at(index) })
          await messages.insert(draft)
          if (one.from === 'ayse') received.push(draft)
        } else {
          const target = received[one.position % Math.max(1, received.length)]
          if (target === undefined) continue
          await conversations.markRead(markerAt(target, index))
          if (messageKey(target) > readUpTo) readUpTo = messageKey(target)
        }
      }
      const expected = received.filter((one) => messageKey(one) > readUpTo).length
      const [side] = await conversations.find('mehmet', ['ayse'])
      t.equal(side?.unread ?? 0, expected)
      t.equal(await conversations.unreadTotal('mehmet'), expected)
      await close()
    }), { numRuns: 20 })
  })
}

async function send<T extends Message[]> (messages: Stores['messages'], drafts: [...T]): Promise<T> {
  for (const draft of drafts) await messages.insert(draft)
  return drafts
}

function markerAt ({ messageId, createdAt, senderId, receiverId }: Message, second: number) {
  return { messageId, messageKey: `${createdAt}#${messageId}`, senderId, receiverId, readAt: at(second) }
}
