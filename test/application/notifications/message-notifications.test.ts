import t from 'tap'
import { aMessage, START } from '../../support/builders.js'
import { messageKey } from '#domain/messages/message.js'
import type { DeliveryPorts } from '#application/notifications/deliver-notifications.js'
import { changedUser } from '#domain/accounts/user.js'
import { laterBy } from '#domain/time.js'
import { notifying } from '../../support/notifying.js'

const MINUTE_MS = 60_000

/** bora has an account and gets messages of ada, of which they may read some. */
async function conversation (overrides: Partial<DeliveryPorts> = {}) {
  const world = notifying(overrides)
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

t.test('a notified user hears of no further message until they read or a day has passed', async (t) => {
  const { write, read, later, history } = await conversation()
  await write()
  t.same(await later(3), ['A new message from ada'])
  const last = await write()
  t.same(await later(3), ['A new message from ada'])
  t.match((await history('bora'))[0], { state: 'suppressed', reason: 'told already' })
  await read(last)
  await later(1)
  await write()
  t.same(await later(3), ['A new message from ada', 'A new message from ada'], 'bora has read')
  await write()
  t.equal((await later(24 * 60)).length, 3, 'a day has passed')
  await write()
  t.equal((await later(5)).length, 3)
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

t.test('there is nothing to tell of a message that was answered, or whose sender was suspended', async (t) => {
  const { write, later, history, account, users, messages } = await conversation()
  await account('ada')
  const spammer = await account('eve')
  for (const senderId of ['ada', 'eve']) await write(senderId)
  await users.update(spammer.email, (user) => changedUser(user, { status: 'suspended' }, START))
  await messages.insert(aMessage({ messageId: 'msg_answer', senderId: 'bora', receiverId: 'ada', conversationId: 'ada#bora', createdAt: laterBy(START, 1000) }))
  t.same(await later(3), [])
  t.same((await history('bora')).map(({ subjectId, reason }) => [subjectId, reason]).sort(), [['ada', 'answered meanwhile'], ['eve', 'the sender is suspended or gone']])
})

t.test('a conversation that does not exist is not notified', async (t) => {
  const { notifications, later, history } = await conversation()
  const { newNotification } = await import('#domain/notifications/notification.js')
  await notifications.insert(newNotification({ notificationId: 'ntf_1', userId: 'bora', kind: 'message_received', subjectId: 'nobody', createdAt: START, dueAt: laterBy(START, 1) }))
  t.same(await later(1), [])
  t.match(await history('bora'), [{ state: 'suppressed' }])
})
