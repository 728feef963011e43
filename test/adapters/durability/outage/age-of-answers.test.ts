import t from 'tap'
import { at, message, payment } from '../../../contracts/fixtures.js'
import { outageWorld } from '../../../support/outages.js'

const first = { before: null, limit: 10 }

t.test('the age of a stale answer counts from its call, however long the call took', async (t) => {
  const { stores, store, leave, pass, ages } = await outageWorld()
  const { payment: { paymentId, userId } } = payment('pay_1')
  await stores.messages.insert(message('m1', { createdAt: at(1) }))
  store.before = async () => { pass(30_000) }
  await stores.payments.insert(payment('pay_1'))
  await stores.payments.listOfUser(userId, null, first)
  await stores.messages.listConversation('ayse#mehmet', first)
  await stores.conversations.list('mehmet', first)
  store.before = async () => {}
  await leave()
  const asking = [
    async () => await stores.payments.find(paymentId),
    async () => await stores.payments.listOfUser(userId, null, first),
    async () => await stores.messages.find('m1'),
    async () => await stores.conversations.find('mehmet', ['ayse']),
  ]
  ages.length = 0
  for (const ask of asking) await ask()
  t.same(ages, [120, 90, 60, 30])
})

t.test('a stale list does not renew the age of its rows', async (t) => {
  const { stores, leave, pass, ages } = await outageWorld()
  await stores.messages.insert(message('m1', { createdAt: at(1) }))
  await stores.messages.listConversation('ayse#mehmet', first)
  await stores.conversations.list('mehmet', first)
  pass(5000)
  await stores.conversations.markRead({ messageId: 'm1', messageKey: `${at(1)}#m1`, senderId: 'ayse', receiverId: 'mehmet', readAt: at(2) })
  const [read] = await stores.conversations.find('mehmet', ['ayse'])
  await leave()
  pass(2000)
  await stores.messages.listConversation('ayse#mehmet', first)
  await stores.conversations.list('mehmet', first)
  ages.length = 0
  await stores.messages.find('m1')
  t.same(await stores.conversations.find('mehmet', ['ayse']), [read], 'and does not replace a newer answer')
  t.same(ages, [7, 2])
})
