import t from 'tap'
import { memoryStores } from '#adapters/memory/stores.js'
import { TRIES } from '#application/outbox/dispatch-shard.js'
import { indexOrder } from '#application/outbox/effects/index-order.js'
import type { OutboxEvent } from '#application/ports/outbox-store.js'
import type { PaymentStore } from '#application/ports/payment-store.js'
import { messageSent } from '#domain/messages/message.js'
import { PAYMENT_EVENT_TYPES, paymentEvents, type PaymentEventType } from '#domain/payments/decision.js'
import { orderTerms } from '#domain/payments/order-search.js'
import { payment } from '../../contracts/fixtures.js'
import { aCapturedPayment, aMessage, aPayment, START } from '../../support/builders.js'
import { dispatcherOf } from '../../support/dispatching.js'

const fields = { kind: 'term', paymentId: 'pay_1', userId: 'ada', createdAt: START }

function event (type: PaymentEventType): OutboxEvent {
  const [made] = paymentEvents(null, aPayment(), [{ type }])
  if (made === undefined) throw new Error('a detail gives an event')
  return made
}

t.test('a new order is indexed under all its terms, with the reference if it is known by then', async t => {
  for (const payment of [aPayment({ description: 'Mavi çanta', buyerEmail: 'ada@example.com' }), aCapturedPayment()]) {
    t.same(indexOrder.writes(event('payment.created'), payment), orderTerms(payment).map((term) => ({ ...fields, term })))
  }
})

t.test('a later event of the charge indexes the reference, and nothing else', async t => {
  const later = PAYMENT_EVENT_TYPES.filter((type) => type.startsWith('payment.') && type !== 'payment.created')
  t.equal(later.length, 7)
  for (const type of later) {
    t.same(indexOrder.writes(event(type), aCapturedPayment()), [{ ...fields, term: '=ref-1' }], type)
    t.same(indexOrder.writes(event(type), aPayment()), [], 'none is known yet')
  }
})

t.test('the payment is read only for events of its charge', async t => {
  t.same(PAYMENT_EVENT_TYPES.filter((type) => !indexOrder.wantsPayment(event(type))),
    ['refund.requested', 'refund.succeeded', 'refund.failed', 'dispute.opened', 'dispute.won', 'dispute.lost', 'dispute.warned', 'dispute.prevented'])
  t.notOk(indexOrder.wantsPayment(messageSent(aMessage())))
  t.same(indexOrder.writes(messageSent(aMessage()), null), [])
  t.same(indexOrder.writes(event('refund.succeeded'), null), [])
  for (const type of ['payment.created', 'payment.succeeded'] as const) t.throws(() => indexOrder.writes(event(type), null), { message: 'the payment of the event does not exist' })
})

t.test('the event of a missing payment is retried, and parked if the payment stays missing', async t => {
  const { outbox, payments, stats, orderIndex } = memoryStores()
  let hidden = true
  const findMany: PaymentStore['findMany'] = async (ids) => hidden ? [] : await payments.findMany(ids)
  const { run, ended, parked } = dispatcherOf({ outbox, stats, payments: { findMany } as unknown as PaymentStore })
  const found = async (paymentId: string) => (await orderIndex.candidates({ terms: [`=${paymentId}`], userId: null, range: { low: null, high: null }, limit: 5 })).items
  await payments.insert(payment('pay_1'))
  await run()
  t.same([ended, await found('pay_1')], [{}, []])
  hidden = false
  await run()
  t.same([ended, (await found('pay_1')).length], [{ completed: 1 }, 1])
  hidden = true
  await payments.insert(payment('pay_2'))
  for (let tries = 0; tries < TRIES; tries++) await run()
  t.match(parked, [{ event: { subjectId: 'pay_2' }, reason: 'index-order: Error: the payment of the event does not exist' }])
})
