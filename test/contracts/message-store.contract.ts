import type { Test } from 'tap'
import fc from 'fast-check'
import { messageKey, messageSent, type Message } from '#domain/messages/message.js'
import type { Insertion } from '#application/ports/insertion.js'
import type { Page } from '#application/ports/page.js'
import { TOGETHER_MAX } from '#application/ports/message-store.js'
import { at, eventsOf, message, open, pageCount, pages, reply, spoil, times, type MakePersistence } from './fixtures.js'

export function messageStoreContract (t: Test, makePersistence: MakePersistence): void {
  t.test('a message is found as it was stored, with its event', async (t) => {
    const { messages, outbox } = await open(t, makePersistence)
    const sent = message('m1', {
      type: 'offer',
      message: 'Mavi çanta 👜 hâlâ var mı?\u0000\n',
      metadata: { price: 12.5, tags: ['bag', null, true, []], nested: { empty: '', deep: { deeper: {} } } },
    })
    t.same(await messages.insert(sent), { inserted: true, stored: sent })
    t.same(await messages.find('m1'), sent)
    t.same(await eventsOf(outbox), [messageSent(sent)])
  })

  t.test('metadata that a store may find hard to hold comes back all the same', async (t) => {
    const { messages } = await open(t, makePersistence)
    const metadata = { '': 'no name', big: 2 ** 60, huge: 1.5e308, tiny: 5e-324, half: '\ud83d', precise: 0.1, list: [{ '': -1e200 }] }
    await messages.insert(message('m1', { metadata }))
    t.same((await messages.find('m1'))?.metadata, metadata)
    await messages.insert(message('m2', { metadata: { '\ud83d': 1 } }))
    t.same((await messages.find('m2'))?.metadata, { '\ud83d': 1 })
  })

  t.test('an unknown message is null', async (t) => {
    const { messages } = await open(t, makePersistence)
    t.equal(await messages.find('m1'), null)
  })

  t.test('a taken id is answered with the stored message, which stays as it is', async (t) => {
    const { messages, conversations, outbox } = await open(t, makePersistence)
    const first = message('m1')
    await messages.insert(first)
    t.same(await messages.insert(message('m1', { message: 'another', createdAt: at(9) })), { inserted: false, stored: first })
    t.same(await messages.insert(message('m1', { receiverId: 'zeynep' })), { inserted: false, stored: first })
    t.same(await messages.find('m1'), first)
    t.equal((await eventsOf(outbox)).length, 1)
    t.equal(await conversations.unreadTotal('mehmet'), 1)
    t.same(await conversations.find('zeynep', ['ayse']), [])
  })

  t.test('of 20 copies of a message at once, one is stored', async (t) => {
    const { messages, conversations, outbox } = await open(t, makePersistence)
    const results = await times(20, async (index) => await messages.insert(message('m1', { createdAt: at(index) })))
    t.equal(results.filter(({ inserted }) => inserted).length, 1)
    const stored = await messages.find('m1')
    for (const result of results) t.same(result.stored, stored)
    t.equal(await conversations.unreadTotal('mehmet'), 1)
    t.equal((await eventsOf(outbox)).length, 1)
  })

  t.test('20 messages at once in one conversation are all stored, each at its own place', async (t) => {
    const { messages, conversations, outbox } = await open(t, makePersistence)
    const results = await times(20, async (index) => await messages.insert(index % 2 === 0 ? message(`m${index}`) : reply(`m${index}`)))
    t.ok(results.every(({ inserted }) => inserted))
    const { items } = await messages.listConversation('ayse#mehmet', { before: null, limit: 100 })
    const byKey = results.map(({ stored }) => stored).sort((one, other) => messageKey(one) < messageKey(other) ? 1 : -1)
    t.same(items, byKey)
    t.equal(await conversations.unreadTotal('mehmet'), 10)
    t.equal(await conversations.unreadTotal('ayse'), 10)
    t.equal((await eventsOf(outbox)).length, 20)
    const [side] = await conversations.find('ayse', ['mehmet'])
    t.equal(side?.lastMessage?.messageId, byKey[0]?.messageId)
  })

  t.test('a message from a clock that runs behind is moved behind the newest of its conversation', async (t) => {
    const { messages, outbox } = await open(t, makePersistence)
    await messages.insert(message('m5', { createdAt: at(10) }))
    const late = await messages.insert(reply('m6', { createdAt: at(3) }))
    t.equal(late.stored.createdAt, '2126-03-01T10:00:10.001Z')
    t.equal((await messages.find('m6'))?.createdAt, '2126-03-01T10:00:10.001Z')
    const sameMoment = await messages.insert(reply('m1', { createdAt: '2126-03-01T10:00:10.001Z' }))
    t.equal(sameMoment.stored.createdAt, '2126-03-01T10:00:10.002Z')
    const later = await messages.insert(reply('m0', { createdAt: at(11) }))
    t.equal(later.stored.createdAt, at(11))
    const elsewhere = await messages.insert(message('m7', { receiverId: 'zeynep', createdAt: at(3) }))
    t.equal(elsewhere.stored.createdAt, at(3))
    t.same(new Set((await eventsOf(outbox)).map(({ occurredAt }) => occurredAt)),
      new Set([at(10), '2126-03-01T10:00:10.001Z', '2126-03-01T10:00:10.002Z', at(11), at(3)]))
  })

  t.test('a message behind one from a clock that was far ahead keeps its time and takes its place', async (t) => {
    const { messages, conversations, outbox } = await open(t, makePersistence)
    const ahead = await messages.insert(message('m9', { createdAt: at(3600) }))
    const place = '2126-03-01T11:00:00.001Z'
    const { stored } = await messages.insert(message('m5', { createdAt: at(1) }))
    t.match(stored, { createdAt: at(1), orderedAt: place })
    const { stored: answer } = await messages.insert(reply('m3', { createdAt: at(2) }))
    t.match(answer, { createdAt: at(2), orderedAt: '2126-03-01T11:00:00.002Z' })
    for (const each of [stored, answer]) t.same(await messages.find(each.messageId), each, 'and is read with both')
    const all = [answer, stored, ahead.stored]
    t.same((await messages.listConversation('ayse#mehmet', { before: null, limit: 10 })).items, all)
    t.same((await messages.listOfUser('ayse', { before: null, limit: 10 })).items, all)
    const found: string[] = []
    let before: string | null = null
    do {
      const { items, nextKey }: Page<Message> = await messages.listOfUser('mehmet', { before, limit: 1 })
      found.push(...items.map(({ messageId }) => messageId))
      before = nextKey
    } while (before !== null)
    t.same(found, ['m3', 'm5', 'm9'])
    t.match((await conversations.find('ayse', ['mehmet']))[0]?.lastMessage, { messageId: 'm3', createdAt: at(2) })
    await conversations.markRead({ messageId: 'm5', messageKey: messageKey(stored), senderId: 'ayse', receiverId: 'mehmet', readAt: at(9) })
    t.equal(await conversations.unreadTotal('mehmet'), 0)
    t.same(new Set((await eventsOf(outbox)).map(({ occurredAt }) => occurredAt)), new Set([at(3600), at(1), at(2), at(9)]))
  })

  t.test('a blocked sender is refused, and nothing of the message is stored', async (t) => {
    const { messages, conversations, outbox } = await open(t, makePersistence)
    const before = message('m1')
    await messages.insert(before)
    await conversations.setBlocked('mehmet', 'ayse', true)
    await t.rejects(messages.insert(message('m2', { createdAt: at(1) })), { name: 'DomainError', code: 'blocked' })
    t.equal(await messages.find('m2'), null)
    t.same((await messages.listConversation('ayse#mehmet', { before: null, limit: 10 })).items, [before])
    t.equal(await conversations.unreadTotal('mehmet'), 0, 'nor counted')
    t.equal((await eventsOf(outbox)).length, 1)
    t.same(await messages.insert(before), { inserted: false, stored: before }, 'a taken id wins over the block')
    t.equal((await messages.insert(reply('m3', { createdAt: at(2) }))).inserted, true, 'the other direction is open')
    await t.rejects(messages.insert(message('m4')), { code: 'blocked' }, 'with an old clock, too')
    await conversations.setBlocked('mehmet', 'ayse', false)
    t.equal((await messages.insert(message('m2', { createdAt: at(3) }))).inserted, true)
  })

  t.test('messages that are stored together are as if one had been stored after another', async (t) => {
    const together = await open(t, makePersistence)
    const alone = await open(t, makePersistence)
    for (const { messages } of [together, alone]) await messages.insert(message('m1'))
    const run = [message('m5', { createdAt: at(1) }), message('m1', { message: 'another' }), reply('m3', { createdAt: at(3) }), message('m4', { createdAt: at(2) })] as const
    const insertions = await together.messages.insertTogether(run)
    const expected: Array<Insertion<Message>> = []
    for (const draft of run) expected.push(await alone.messages.insert(draft))
    t.same(insertions, expected)
    t.match(insertions.map(({ inserted, stored: { createdAt } }) => [inserted, createdAt]),
      [[true, at(1)], [false, at(0)], [true, at(3)], [true, '2126-03-01T10:00:03.001Z']], 'each behind the one before')
    for (const userId of ['ayse', 'mehmet']) {
      t.same(await together.messages.listOfUser(userId, { before: null, limit: 10 }), await alone.messages.listOfUser(userId, { before: null, limit: 10 }))
      t.same(await together.conversations.list(userId, { before: null, limit: 10 }), await alone.conversations.list(userId, { before: null, limit: 10 }))
      t.equal(await together.conversations.unreadTotal(userId), await alone.conversations.unreadTotal(userId))
    }
    t.same(await eventsOf(together.outbox), await eventsOf(alone.outbox))
    t.same((await together.messages.insertTogether(run)).map(({ inserted }) => inserted), run.map(() => false), 'and no second time')
    t.equal((await eventsOf(together.outbox)).length, 4)
  })

  t.test('the largest run of messages is stored together, behind those that arrived meanwhile', async (t) => {
    const { messages, conversations } = await open(t, makePersistence)
    const latest = await messages.insert(reply('m0', { createdAt: at(60) }))
    const [first = message('m1'), ...others] = Array.from({ length: TOGETHER_MAX }, (_, index) => message(`m${index + 1}`, { createdAt: at(index), message: '😀'.repeat(4000) }))
    const stored = (await messages.insertTogether([first, ...others])).map((insertion) => insertion.stored)
    t.match(stored[0], { createdAt: at(0), orderedAt: '2126-03-01T10:01:00.001Z' })
    const { items } = await messages.listConversation('ayse#mehmet', { before: null, limit: 100 })
    t.same(items.toReversed(), [latest.stored, ...stored])
    t.equal(await conversations.unreadTotal('mehmet'), TOGETHER_MAX)
    t.equal((await conversations.find('ayse', ['mehmet']))[0]?.lastMessage?.messageId, `m${TOGETHER_MAX}`)
  })

  t.test('nothing of a run is stored where the receiver of one message takes none', async (t) => {
    const { messages, conversations, outbox } = await open(t, makePersistence)
    await messages.insert(message('m1'))
    await conversations.setBlocked('mehmet', 'ayse', true)
    for (const second of [0, 4]) {
      await t.rejects(messages.insertTogether([reply('m3', { createdAt: at(3) }), message('m4', { createdAt: at(second) })]), { name: 'DomainError', code: 'blocked' })
    }
    t.same((await messages.listConversation('ayse#mehmet', { before: null, limit: 10 })).items, [message('m1')])
    t.equal((await eventsOf(outbox)).length, 1)
    const others = await messages.insertTogether([message('m1'), reply('m5', { createdAt: at(5) })])
    t.same(others.map(({ inserted }) => inserted), [false, true], 'a taken id wins over the block, and the other direction is open')
  })

  t.test('neither a message that was read nor one that was stored can be used to change the store', async (t) => {
    const { messages } = await open(t, makePersistence)
    const sent = message('m1', { metadata: { tags: ['bag'] } })
    const copy = structuredClone(sent)
    const { stored } = await messages.insert(sent)
    spoil(stored)
    spoil(sent)
    const found = await messages.find('m1')
    t.same(found, copy)
    if (found !== null) spoil(found)
    const { items } = await messages.listConversation('ayse#mehmet', { before: null, limit: 1 })
    t.same(items, [copy])
    items.forEach(spoil)
    t.same((await messages.listOfUser('ayse', { before: null, limit: 1 })).items, [copy])
    t.same(await messages.find('m1'), copy)
  })

  t.test('a conversation holds both directions, newest first, and nothing else', async (t) => {
    const { messages } = await open(t, makePersistence)
    const mine = [message('m1', { createdAt: at(1) }), reply('m2', { createdAt: at(2) }), message('m3', { createdAt: at(3) })]
    for (const one of mine) await messages.insert(one)
    await messages.insert(message('m4', { receiverId: 'mehmet2', createdAt: at(4) }))
    t.same(await messages.listConversation('ayse#mehmet', { before: null, limit: 10 }), { items: mine.toReversed(), nextKey: null })
    t.same(await messages.listConversation('mehmet#zeynep', { before: null, limit: 10 }), { items: [], nextKey: null })
  })

  t.test('a page that holds exactly the rest is the last', async (t) => {
    const { messages } = await open(t, makePersistence)
    for (const second of [1, 2, 3, 4]) await messages.insert(message(`m${second}`, { createdAt: at(second) }))
    const ids = async (limit: number, list: typeof messages.listOfUser, of: string) =>
      (await pages(async (page) => await list(of, page), limit)).map((items) => items.map(({ messageId }) => messageId))
    t.same(await ids(2, messages.listConversation.bind(messages), 'ayse#mehmet'), [['m4', 'm3'], ['m2', 'm1']])
    t.same(await ids(2, messages.listOfUser.bind(messages), 'mehmet'), [['m4', 'm3'], ['m2', 'm1']])
    t.same(await ids(4, messages.listOfUser.bind(messages), 'nobody'), [[]])
  })

  t.test('pages are whole where many messages share one millisecond', async (t) => {
    const { messages } = await open(t, makePersistence)
    await times(20, async (index) => await messages.insert(message(`m${index}`, { receiverId: `user${index}` })))
    await messages.insert(message('older', { receiverId: 'older', createdAt: at(-1) }))
    for (const limit of [1, 2, 7, 20]) {
      const ids = (await pages(async (page) => await messages.listOfUser('ayse', page), limit)).flat().map(({ messageId }) => messageId)
      t.same(ids, [...Array.from({ length: 20 }, (_, index) => `m${index}`).sort().reverse(), 'older'])
    }
  })

  t.test('the pages of all of a user\'s messages are the whole list, also where many share a moment', async (t) => {
    const anyMessage = fc.record({ other: fc.constantFrom('mehmet', 'zeynep', 'can', 'deniz'), sent: fc.boolean(), second: fc.nat(3) })
    await fc.assert(fc.asyncProperty(fc.array(anyMessage, { maxLength: 14 }), fc.integer({ min: 1, max: 5 }), async (drafts, limit) => {
      const persistence = await makePersistence()
      const { messages } = persistence
      const stored = await Promise.all(drafts.map(async ({ other, sent, second }, index) => {
        const [senderId, receiverId] = sent ? ['ayse', other] : [other, 'ayse']
        return (await messages.insert(message(`m${index}`, { senderId, receiverId, createdAt: at(second) }))).stored
      }))
      const expected = stored.sort((one, other) => messageKey(one) < messageKey(other) ? 1 : -1)
      const found = await pages(async (page) => await messages.listOfUser('ayse', page), limit)
      t.same(found.flat(), expected)
      t.equal(found.length, pageCount(expected.length, limit))
      const withOne = expected.filter(({ conversationId }) => conversationId === 'ayse#mehmet')
      t.same((await pages(async (page) => await messages.listConversation('ayse#mehmet', page), limit)).flat(), withOne)
      await persistence.close()
    }), { numRuns: 12 })
  })
}
