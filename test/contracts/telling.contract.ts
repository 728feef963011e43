import type { Test } from 'tap'
import { messageKey } from '#domain/messages/message.js'
import { at, message, open, type MakePersistence } from './fixtures.js'

/** What a conversation keeps of the notification that told of it. */
export function tellingContract (t: Test, makePersistence: MakePersistence): void {
  t.test('that a person was told is kept with their side, until another change of it', async (t) => {
    const { messages, conversations } = await open(t, makePersistence)
    await messages.insert(message('m1'))
    const told = { by: 'ntf_1', at: at(1), key: messageKey(message('m1')) }
    const side = await conversations.tell('mehmet', 'ayse', () => told)
    t.match(side, { userId: 'mehmet', unread: 1, told })
    t.same(await conversations.find('mehmet', ['ayse']), [side])
    t.match(await conversations.find('ayse', ['mehmet']), [{ told: null }], 'the other side knows nothing of it')
    await messages.insert(message('m2', { createdAt: at(2) }))
    t.match(await conversations.tell('mehmet', 'ayse', (before) => before.told && { ...before.told, by: 'ntf_2' }), { unread: 2, told: { ...told, by: 'ntf_2' } })
    t.equal(await conversations.tell('mehmet', 'ayse', () => null), null)
    t.equal(await conversations.tell('mehmet', 'zeynep', () => told), null, 'no such conversation begins')
    t.match(await conversations.find('mehmet', ['ayse', 'zeynep']), [{ told: { by: 'ntf_2' } }])
    await conversations.markRead({ messageId: 'm2', messageKey: messageKey(message('m2', { createdAt: at(2) })), senderId: 'ayse', receiverId: 'mehmet', readAt: at(3) })
    t.match(await conversations.find('mehmet', ['ayse']), [{ unread: 0, told: { by: 'ntf_2' } }])
  })

  t.test('of notifications that tell at once, one does', async (t) => {
    const { messages, conversations } = await open(t, makePersistence)
    for (const senderId of ['ayse', 'bora', 'ceren', 'deniz', 'ece']) {
      await messages.insert(message(`m of ${senderId}`, { senderId }))
      const claims = await Promise.all(Array.from({ length: 16 }, async (_, index) =>
        await conversations.tell('mehmet', senderId, (side) => side.told === null ? { by: `ntf_${index}`, at: at(1), key: String(side.lastReceivedKey) } : null)))
      t.equal(claims.filter((side) => side !== null).length, 1)
      t.same(await conversations.find('mehmet', [senderId]), claims.filter((side) => side !== null))
    }
  })
}
