import t from 'tap'
import { indexOrder } from '../../src/application/outbox/effects/index-order.js'
import type { OutboxEvent } from '../../src/application/ports/outbox-store.js'
import { newMessage } from '../../src/domain/message.js'
import { messageSent } from '../../src/domain/message-event.js'
import { PAYMENT_EVENT_TYPES, paymentEvents, type PaymentEventType } from '../../src/domain/payment-event.js'
import { orderTerms } from '../../src/domain/search.js'
import { aCapturedPayment, aPayment, START } from '../support/builders.js'

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
  const writes = Object.fromEntries(PAYMENT_EVENT_TYPES.filter((type) => type !== 'payment.created').map((type) => [type, indexOrder.writes(event(type), aCapturedPayment())]))
  const reference = [{ ...fields, term: '=ref-1' }]
  const charge = ['payment.requires_action', 'payment.processing', 'payment.succeeded', 'payment.failed', 'payment.canceled', 'payment.flagged']
  for (const [type, written] of Object.entries(writes)) t.same(written, charge.includes(type) ? reference : [], type)
  t.same(indexOrder.writes(event('payment.processing'), aPayment()), [], 'none is known yet')
})

t.test('what is about no payment leads to nothing', async t => {
  const message = newMessage({ senderId: 'ada', receiverId: 'bora', message: 'merhaba', type: 'text', metadata: {} }, 'msg_1', 'f', START)
  t.same(indexOrder.writes(messageSent(message), null), [])
  t.same(indexOrder.writes(event('payment.created'), null), [])
})
