import type { Test } from 'tap'
import { at, eventsOf, message, open, reply, type MakePersistence } from './fixtures.js'

/** What `MessageStore.insert` demands of a message that comes with rules. */
export function sendingRulesContract (t: Test, makePersistence: MakePersistence): void {
  t.test('by the rules of sending, no one writes to a person whom they block; what was acknowledged is carried out without them', async (t) => {
    const { messages, conversations, outbox } = await open(t, makePersistence)
    const rules = { firstMessagesPerDay: 0 }
    const before = message('m1')
    await messages.insert(before, rules)
    await conversations.setBlocked('ayse', 'mehmet', true)
    for (const id of ['m2', 'm3']) await t.rejects(messages.insert(message(id, { createdAt: at(1) }), rules), { name: 'DomainError', code: 'receiver_blocked' })
    t.same(await messages.insert(before, rules), { inserted: false, stored: before }, 'a taken id wins')
    await conversations.setBlocked('mehmet', 'ayse', true)
    await t.rejects(messages.insert(message('m2', { createdAt: at(1) }), rules), { code: 'receiver_blocked' }, 'and says nothing of the other block')
    await conversations.setBlocked('mehmet', 'ayse', false)
    t.equal((await messages.insert(message('m2', { createdAt: at(1) }))).inserted, true)
    await conversations.setBlocked('ayse', 'mehmet', false)
    t.equal((await messages.insert(message('m3', { createdAt: at(2) }), rules)).inserted, true)
    t.equal((await eventsOf(outbox)).length, 3)
  })

  t.test('a sender begins so many conversations within a day, and answers and continues any number', async (t) => {
    const { messages } = await open(t, makePersistence)
    const rules = { firstMessagesPerDay: 3 }
    const first = (receiverId: string, second = 0) => message(`m-${receiverId}-${second}`, { receiverId, createdAt: at(second) })
    for (const receiverId of ['u1', 'u2', 'u3']) await messages.insert(first(receiverId), rules)
    await t.rejects(messages.insert(first('u4'), rules), { name: 'DomainError', code: 'too_many_first_messages', retryAfterS: 14 * 3600 })
    t.equal(await messages.find('m-u4-0'), null)
    t.equal((await messages.insert(first('u3'), rules)).inserted, false, 'a repeat is no first message')
    t.equal((await messages.insert(first('u3', 1), rules)).inserted, true, 'a conversation that has begun goes on')
    await messages.insert(message('m-5', { senderId: 'u5', receiverId: 'ayse' }), rules)
    t.equal((await messages.insert(first('u5', 1), rules)).inserted, true, 'an answer is no first message')
    t.equal((await messages.insert(message('m-6', { senderId: 'u6', receiverId: 'u7' }), rules)).inserted, true, 'others have their own')
    t.equal((await messages.insert(first('u4', 86_400), rules)).inserted, true, 'the next day')
    t.equal((await messages.insert(first('u8'))).inserted, true, 'without rules there is no limit')
  })

  t.test('a conversation that was blocked and released without a message begins with its first message', async (t) => {
    const { messages, conversations } = await open(t, makePersistence)
    const rules = { firstMessagesPerDay: 1 }
    for (const isBlocked of [true, false]) await conversations.setBlocked('ayse', 'u1', isBlocked)
    t.equal((await messages.insert(message('m1', { receiverId: 'u1' }), rules)).inserted, true)
    await t.rejects(messages.insert(message('m2', { receiverId: 'u2' }), rules), { code: 'too_many_first_messages' }, 'it counts')
  })

  t.test('of 20 first messages at once, as many are stored as a day allows', async (t) => {
    const { messages } = await open(t, makePersistence)
    const results = await Promise.allSettled(Array.from({ length: 20 }, async (_, index) =>
      await messages.insert(message(`m${index}`, { receiverId: `user${index}` }), { firstMessagesPerDay: 5 })))
    t.equal(results.filter(({ status }) => status === 'fulfilled').length, 5)
    t.equal((await messages.listOfUser('ayse', { before: null, limit: 100 })).items.length, 5)
  })

  t.test('of two first messages at once in one conversation, one counts', async (t) => {
    const { messages } = await open(t, makePersistence)
    const rules = { firstMessagesPerDay: 1 }
    await Promise.all([messages.insert(message('m1'), rules), messages.insert(message('m2'), rules), messages.insert(reply('m3'), rules)])
    t.equal((await messages.listConversation('ayse#mehmet', { before: null, limit: 10 })).items.length, 3)
  })
}
