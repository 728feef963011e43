import t from 'tap'
import type { Message } from '#domain/messages/message.js'
import type { OpenStores } from '#application/ports/stores.js'
import { TOGETHER_MAX } from '#application/ports/message-store.js'
import { memoryStores } from '#adapters/memory/stores.js'
import { withMethods } from '#adapters/durability/proxy.js'
import { at, message, reply, times } from '../../../contracts/fixtures.js'
import { outageWorld } from '../../../support/outages.js'

const whole = { before: null, limit: 100 }
const ids = (messages: readonly Message[]) => messages.map(({ messageId }) => messageId)

/** Stores that note which messages are stored alone and which together. */
function noting (): { inner: OpenStores, alone: string[], together: string[][] } {
  const stores = memoryStores()
  const alone: string[] = []
  const together: string[][] = []
  const messages = withMethods(stores.messages, {
    insert: async (one) => {
      alone.push(one.messageId)
      return await stores.messages.insert(one)
    },
    insertTogether: async (run) => {
      together.push(ids(run))
      return await stores.messages.insertTogether(run)
    },
  })
  return { inner: { ...stores, messages }, alone, together }
}

t.test('waiting messages of a conversation are stored together, up to a read marker or the limit', async (t) => {
  const { inner, alone, together } = noting()
  const { stores, leave, comeBack, journal } = await outageWorld({ inner })
  await leave()
  const sent = await times(TOGETHER_MAX + 3, async (index) => (await stores.messages.insert(message(`m${index}`, { createdAt: at(index) }))).stored)
  await stores.messages.insert(message('elsewhere', { receiverId: 'can' }))
  const { messageId, createdAt, senderId, receiverId } = sent[3] as Message
  await stores.conversations.markRead({ messageId, messageKey: `${createdAt}#${messageId}`, senderId, receiverId, readAt: at(50) })
  await stores.messages.insert(reply('r1', { createdAt: at(60) }))
  await stores.messages.insert(message('r2', { createdAt: at(61) }))
  await comeBack()
  t.equal(journal.depth, 0)
  t.same(together, [ids(sent.slice(0, TOGETHER_MAX)), ids(sent.slice(TOGETHER_MAX)), ['r1', 'r2']])
  t.same(alone, ['elsewhere'])
  t.same(ids((await inner.messages.listConversation('ayse#mehmet', whole)).items), ['r2', 'r1', ...ids(sent).toReversed()])
  t.equal(await inner.conversations.unreadTotal('mehmet'), sent.length - 4 + 1)
})

t.test('of messages stored together, a refused one goes into quarantine and the others are stored', async (t) => {
  const { inner, alone } = noting()
  const { stores, leave, comeBack, quarantined, journal } = await outageWorld({ inner })
  await leave()
  await stores.messages.insert(message('m1', { createdAt: at(1) }))
  await stores.messages.insert(reply('m2', { createdAt: at(2) }))
  await inner.conversations.setBlocked('mehmet', 'ayse', true)
  await comeBack()
  t.match(quarantined, [/^blocked/])
  t.equal(journal.depth, 0)
  t.same(alone, ['m1', 'm2'])
  t.same(ids((await inner.messages.listConversation('ayse#mehmet', whole)).items), ['m2'])
})

t.test('of messages stored together, one whose id another request has taken goes into quarantine', async (t) => {
  const { inner, together } = noting()
  const { stores, leave, comeBack, quarantined } = await outageWorld({ inner })
  await leave()
  for (const id of ['m1', 'm2', 'm3']) await stores.messages.insert(message(id, { createdAt: at(1) }))
  const other = { ...message('m2', { message: 'another' }), fingerprint: 'that of another request' }
  await inner.messages.insert(other)
  await inner.messages.insert(message('m3'))
  await comeBack()
  t.match(quarantined, [/another request came first/])
  t.same(together, [['m1', 'm2', 'm3']])
  const { items } = await inner.messages.listConversation('ayse#mehmet', whole)
  t.same(items.map(({ messageId, message: text }) => [messageId, text]), [['m1', 'text of m1'], ['m3', 'text of m3'], ['m2', 'another']])
})

t.test('messages stored together whose answer was lost are not stored again', async (t) => {
  const { stores, inner, store, leave, comeBack, drainOnce, journal, quarantined } = await outageWorld()
  await leave()
  const sent = await times(3, async (index) => (await stores.messages.insert(message(`m${index}`, { createdAt: at(index) }))).stored)
  store.presence = 'up'
  await drainOnce()
  await drainOnce()
  store.before = async () => { store.presence = 'answer lost' }
  await drainOnce()
  t.equal(journal.depth, 3)
  store.before = async () => {}
  await comeBack()
  t.same([journal.depth, quarantined], [0, []])
  t.same((await inner.messages.listConversation('ayse#mehmet', whole)).items, sent.toReversed())
})
