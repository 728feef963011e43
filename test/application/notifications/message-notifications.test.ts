import t from 'tap'
import { aMessage, START } from '../../support/builders.js'
import { messageKey } from '#domain/messages/message.js'
import type { DeliveryPorts } from '#application/notifications/deliver-notifications.js'
import { changedUser, tombstone } from '#domain/accounts/user.js'
import { newNotification } from '#domain/notifications/notification.js'
import { memoryStores } from '#adapters/memory/stores.js'
import type { Stores } from '#application/ports/stores.js'
import { laterBy } from '#domain/time.js'
import { notifying } from '../../support/notifying.js'

const MINUTE_MS = 60_000

/** The methods of a store as functions of their own. */
function bound (store: Stores['conversations']): Stores['conversations'] {
  const { find, list, listBlocked, unreadTotal, markRead, tell, setBlocked } = store
  return {
    find: find.bind(store), list: list.bind(store), listBlocked: listBlocked.bind(store), unreadTotal: unreadTotal.bind(store),
    markRead: markRead.bind(store), tell: tell.bind(store), setBlocked: setBlocked.bind(store),
  }
}

/** bora has an account and gets messages of ada, of which they may read some. */
async function conversation (overrides: Partial<DeliveryPorts> = {}, stores: Stores = memoryStores()) {
  const world = notifying(overrides, stores)
  await world.account('bora', { locale: 'en' })
  let count = 0
  const write = async (senderId = 'ada') => {
    const message = aMessage({ messageId: `msg_${++count}`, senderId, conversationId: `${senderId}#bora`, createdAt: world.time.clock() })
    const { stored } = await world.messages.insert(message)
    await world.dispatcher.run()
    return stored
  }
  const read = async (message: Awaited<ReturnType<typeof write>>) => await world.conversations.markRead({
    messageId: message.messageId, messageKey: messageKey(message), senderId: message.senderId, receiverId: 'bora', readAt: world.time.clock(),
  })
  const later = async (minutes: number) => {
    world.time.advance(minutes * MINUTE_MS)
    await world.deliver()
    return world.email.taken.map(({ subject }) => subject)
  }
  return { ...world, write, read, later }
}

t.test('unread messages are one mail, which counts them and holds none of their text', async (t) => {
  const { write, later, email } = await conversation()
  for (let index = 0; index < 5; index++) await write()
  t.same(await later(2), [])
  t.same(await later(1), ['5 new messages from ada'])
  t.notMatch(JSON.stringify(email.taken), /merhaba/)
})

t.test('a user who reads in time gets no mail', async (t) => {
  const { write, read, later, history } = await conversation()
  await write()
  await read(await write())
  t.same(await later(5), [])
  t.match(await history('bora'), [{ state: 'suppressed', reason: 'read meanwhile' }])
})

t.test('a notified user hears of no further message until they read, whatever else they are notified of', async (t) => {
  const { write, read, later, history, notifications, time } = await conversation()
  await write()
  t.same(await later(3), ['A new message from ada'])
  for (let index = 0; index < 60; index++) await notifications.insert(newNotification({ notificationId: `ntf_${index}`, userId: 'bora', kind: 'payment_failed', subjectId: 'pay_none', createdAt: time.clock() }))
  while ((await later(1)).length > 1);
  const last = await write()
  t.same(await later(3), ['A new message from ada'])
  t.match((await history('bora'))[0], { state: 'suppressed', reason: 'told already' })
  await write()
  t.same(await later(3 * 24 * 60), ['A new message from ada'], 'not after days either')
  await read(last)
  await write()
  t.same(await later(3), ['A new message from ada', '2 new messages from ada'], 'bora has read')
})

t.test('a notification whose try failed tells again, and no other does', async (t) => {
  const { write, later, email } = await conversation()
  email.will({ kind: 'temporary', reason: 'silence' })
  await write()
  await later(3)
  await write()
  await later(5)
  t.same(email.taken.map(({ subject }) => subject), ['A new message from ada', '2 new messages from ada'])
  t.equal(new Set(email.taken.map(({ notificationId }) => notificationId)).size, 1)
})

t.test('many unread conversations are one mail, and further ones another after an hour', async (t) => {
  const { write, later, email, users, account, history } = await conversation({ appUrl: 'https://shop.example' })
  const spammer = await account('eve')
  await users.update(spammer.email, (user) => changedUser(user, { status: 'suspended' }, START))
  for (let index = 0; index < 50; index++) await write(`buyer-${index}`)
  await write('buyer-7')
  await write('eve')
  for (let round = 0; round < 10; round++) await later(round === 0 ? 3 : 1)
  t.match(email.taken, [{ subject: '51 new messages', text: /You have 51 messages in 50 conversations.*Read and answer: https:\/\/shop\.example\/messages\n/s }])
  t.equal(email.taken.length, 1)
  for (const buyer of ['c-1', 'c-2', 'buyer-8']) await write(buyer)
  await later(5)
  t.equal(email.taken.length, 1)
  t.match((await history('bora')).find(({ subjectId }) => subjectId === 'c-1'), { state: 'waiting' })
  for (let round = 0; round < 3; round++) await later(60)
  t.same(email.taken.map(({ subject }) => subject), ['51 new messages', '2 new messages'], 'buyer-8 was told')
})

t.test('a single conversation beside many that were told is told with its name', async (t) => {
  const { write, later } = await conversation()
  for (const sender of ['a', 'b', 'c', 'd', 'e']) await write(sender)
  await later(3)
  await later(120)
  await write('ada')
  t.same(await later(3), ['5 new messages', 'A new message from ada'])
})

t.test('a conversation that was told between two looks is told once', async (t) => {
  const stores = memoryStores()
  const { conversations } = stores
  let rival: string | null = null
  const racing: Stores['conversations'] = {
    ...bound(conversations),
    tell: async (userId, otherUserId, change) => {
      if (rival !== null) await conversations.tell(userId, rival === '' ? otherUserId : rival, (side) => ({ by: 'ntf_rival', at: START, key: String(side.lastReceivedKey) }))
      return await conversations.tell(userId, otherUserId, change)
    },
  }
  const world = await conversation({ conversations: racing }, stores)
  rival = ''
  await world.write()
  t.same(await world.later(3), [])
  t.match(await world.history('bora'), [{ state: 'suppressed', reason: 'told already' }])
  rival = null
  for (const sender of ['b', 'c', 'd', 'e', 'f']) await world.write(sender)
  rival = 'c'
  t.same(await world.later(120), ['4 new messages'], 'a digest leaves out what another has told')
})

t.test('each conversation is notified by itself, with the name of its sender, unless the sender is blocked', async (t) => {
  const { write, later, account, conversations } = await conversation()
  await account('ceren', { name: 'Ceren' })
  await account('deniz', { name: '' })
  for (const senderId of ['ada', 'ceren', 'deniz', 'eren']) await write(senderId)
  await conversations.setBlocked('bora', 'eren', true)
  t.same((await later(3)).sort(), ['A new message from Ceren', 'A new message from ada', 'A new message from deniz'])
})

t.test('a mail about messages leads to the conversation in the app', async (t) => {
  const { write, later, email } = await conversation({ appUrl: 'https://shop.example/app' })
  await write('a|b')
  await later(3)
  t.match(email.taken, [{ text: /Read and answer: https:\/\/shop\.example\/app\/messages\/a%7Cb\n/ }])
})

t.test('there is nothing to tell of a message that was answered, or whose sender was suspended or deleted', async (t) => {
  const { write, later, history, account, users, messages } = await conversation()
  await account('ada')
  const spammer = await account('eve')
  const leaver = await account('zoe')
  for (const senderId of ['ada', 'eve', 'zoe']) await write(senderId)
  await users.update(spammer.email, (user) => changedUser(user, { status: 'suspended' }, START))
  await users.update(leaver.email, (user) => tombstone(user, START))
  await messages.insert(aMessage({ messageId: 'msg_answer', senderId: 'bora', receiverId: 'ada', conversationId: 'ada#bora', createdAt: laterBy(START, 1000) }))
  t.same(await later(3), [])
  t.same((await history('bora')).map(({ subjectId, reason }) => [subjectId, reason]).sort(), [['ada', 'answered meanwhile'], ['eve', 'the sender is suspended or gone'], ['zoe', 'the sender is suspended or gone']])
})

t.test('a conversation that does not exist is not notified', async (t) => {
  const { notifications, later, history } = await conversation()
  await notifications.insert(newNotification({ notificationId: 'ntf_1', userId: 'bora', kind: 'message_received', subjectId: 'nobody', createdAt: START, dueAt: laterBy(START, 1) }))
  t.same(await later(1), [])
  t.match(await history('bora'), [{ state: 'suppressed' }])
})
