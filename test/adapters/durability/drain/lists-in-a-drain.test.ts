import t from 'tap'
import { DomainError } from '#domain/errors.js'
import type { Stores } from '#application/ports/stores.js'
import { over } from '#adapters/durability/over.js'
import { memoryStores } from '#adapters/memory/stores.js'
import { message, payment } from '../../../contracts/fixtures.js'
import { fallbackWorld } from '../../../support/fallbacks.js'

const first = { before: null, limit: 10 }

/** Stores that take nothing before they have looked for a list, and give the list they saw only once they have taken everything. */
async function lateWorld (make: (inner: Stores, gate: () => void, drained: () => Promise<void>) => Partial<Stores>) {
  const inner = memoryStores()
  let [isOpen, drain] = [false, async (): Promise<boolean> => false]
  const gate = (): void => { if (!isOpen) throw new DomainError('store_busy', 'not yet') }
  const drained = async (): Promise<void> => {
    isOpen = true
    while (await drain());
  }
  const world = await fallbackWorld({ inner: { ...inner, ...make(inner, gate, drained) } })
  drain = world.drainOnce
  return { ...world, open: (): void => { isOpen = true } }
}

t.test('a list of messages for which the store looked before a drain, and answers after it, misses none', async (t) => {
  const { stores, leave, comeBack, journal } = await lateWorld(({ messages }, gate, drained) => ({
    messages: over(messages, {
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

t.test('a list of payments for which the store looked before a drain, and answers after it, misses none', async (t) => {
  const decision = payment('pay_1')
  const { stores, leave, comeBack, journal } = await lateWorld(({ payments }, gate, drained) => ({
    payments: over(payments, {
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

t.test('a list that was answered before a drain shows no less in the outage that follows', async (t) => {
  const { payment: { userId } } = payment('pay_1')
  const { stores, leave, comeBack, journal, drainOnce, open } = await lateWorld((inner, gate) => ({
    messages: over(inner.messages, {
      insert: async (one) => {
        gate()
        return await inner.messages.insert(one)
      },
    }),
    payments: over(inner.payments, {
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
