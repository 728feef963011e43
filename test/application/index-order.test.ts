import t from 'tap'
import { indexOrder } from '../../src/application/outbox/effects/index-order.js'
import type { OutboxEvent } from '../../src/application/ports/outbox-store.js'
import { messageSent } from '../../src/domain/message-event.js'
import { PAYMENT_EVENT_TYPES, paymentEvents, type PaymentEventType } from '../../src/domain/payment-event.js'
import { orderTerms } from '../../src/domain/search.js'
import { aCapturedPayment, aMessage, aPayment, START } from '../support/builders.js'

const fields = { kind: 'term', paymentId: 'pay_1', userId: 'ada', createdAt: START }

function event (type: PaymentEventType): OutboxEvent {
  const [made] = paymentEvents(null, aPayment(), [{ type }])
  if (made === undefined) throw new Error('a detail gives an event')
  return made
}

t.test('a new order is put under all of its terms, the reference among them where it is known by then', async t => {
  for (const payment of [aPayment({ description: 'Mavi çanta', buyerEmail: 'ada@example.com' }), aCapturedPayment()]) {
    t.same(indexOrder.writes(event('payment.created'), payment), orderTerms(payment).map((term) => ({ ...fields, term })))
  }
})

t.test('any later word on the charge puts down the reference, and nothing else', async t => {
  const later = PAYMENT_EVENT_TYPES.filter((type) => type.startsWith('payment.') && type !== 'payment.created')
  t.equal(later.length, 6)
  for (const type of later) {
    t.same(indexOrder.writes(event(type), aCapturedPayment()), [{ ...fields, term: '=ref-1' }], type)
    t.same(indexOrder.writes(event(type), aPayment()), [], 'none is known yet')
  }
})

t.test('a payment is read for what concerns its charge alone', async t => {
  t.same(PAYMENT_EVENT_TYPES.filter((type) => !indexOrder.wantsPayment(event(type))),
    ['refund.requested', 'refund.succeeded', 'refund.failed', 'dispute.opened', 'dispute.won', 'dispute.lost'])
  t.notOk(indexOrder.wantsPayment(messageSent(aMessage())))
  t.same(indexOrder.writes(messageSent(aMessage()), null), [])
  t.same(indexOrder.writes(event('payment.created'), null), [], 'a payment that somebody has removed')
})
