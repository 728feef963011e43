import t from 'tap'
import { DomainError } from '#domain/errors.js'
import type { Stores } from '#application/ports/stores.js'
import { withMethods } from '#adapters/durability/proxy.js'
import { memoryStores } from '#adapters/memory/stores.js'
import { message, payment } from '../../../contracts/fixtures.js'
import { outageWorld } from '../../../support/outages.js'

const first = { before: null, limit: 10 }

/** Stores that take no write before they have read a list, and return that list only once they have taken all writes. */
async function lateWorld (make: (inner: Stores, gate: () => void, drained: () => Promise<void>) => Partial<Stores>) {
  const inner = memoryStores()
  let [isOpen, drain] = [false, async (): Promise<boolean> => false]
  const gate = (): void => { if (!isOpen) throw new DomainError('store_busy', 'not yet') }
  const drained = async (): Promise<void> => {
    isOpen = true
    while (await drain());
  }
  const world = await outageWorld({ inner: { ...inner, ...make(inner, gate, drained) } })
  drain = world.drainOnce
  return { ...world, open: (): void => { isOpen = true } }
}

t.test('a list of messages that the store reads before a drain and returns after it misses none', async (t) => {
  const { stores, leave, comeBack, journal } = await lateWorld(({ messages }, gate, drained) => ({
    messages: withMethods(messages, {
      insert: async (one) => {
        gate()
        return await messages.insert(one)
      },
      listConversation: async (...which) => {
        const page = await messages.listConversation(...which)
        await drained()
        return page
      },
    }),
  }))
  await leave()
  await stores.messages.insert(message('m1'))
  await comeBack()
  t.equal(journal.depth, 1)
  t.match(await stores.messages.listConversation('ayse#mehmet', first), { items: [{ messageId: 'm1' }], nextKey: null })
  t.equal(journal.depth, 0)
})

t.test('a list of payments that the store reads before a drain and returns after it misses none', async (t) => {
  const decision = payment('pay_1')
  const { stores, leave, comeBack, journal } = await lateWorld(({ payments }, gate, drained) => ({
    payments: withMethods(payments, {
      insert: async (...which) => {
        gate()
        return await payments.insert(...which)
      },
      listOfUser: async (...which) => {
        const page = await payments.listOfUser(...which)
        await drained()
        return page
      },
    }),
  }))
  await leave()
  await stores.payments.insert(decision)
  await comeBack()
  t.equal(journal.depth, 1)
  t.match(await stores.payments.listOfUser(decision.payment.userId, null, first), { items: [{ paymentId: 'pay_1' }], nextKey: null })
  t.equal(journal.depth, 0)
})

t.test('a list shown before a drain shows the same rows in the next outage', async (t) => {
  const { payment: { userId } } = payment('pay_1')
  const { stores, leave, comeBack, journal, drainOnce, open } = await lateWorld((inner, gate) => ({
    messages: withMethods(inner.messages, {
      insert: async (one) => {
        gate()
        return await inner.messages.insert(one)
      },
    }),
    payments: withMethods(inner.payments, {
      insert: async (...which) => {
        gate()
        return await inner.payments.insert(...which)
      },
    }),
  }))
  const lists = async () => [
    (await stores.messages.listConversation('ayse#mehmet', first)).items,
    (await stores.payments.listOfUser(userId, null, first)).items,
    (await stores.conversations.list('mehmet', first)).items,
  ]
  await leave()
  await stores.messages.insert(message('m1'))
  await stores.payments.insert(payment('pay_1'))
  await comeBack()
  t.equal(journal.depth, 2)
  const told = await lists()
  t.match(told, [[{ messageId: 'm1' }], [{ paymentId: 'pay_1' }], [{ otherUserId: 'ayse', unread: 1 }]])
  open()
  await drainOnce()
  t.equal(journal.depth, 0)
  await leave()
  t.same(await lists(), told)
})
