import t from 'tap'
import { created } from '#domain/payments/decision.js'
import { aCapturedPayment, payer } from '../../support/builders.js'
import { world } from '../../support/world.js'

t.test('a payment of the earlier application is refunded, canceled and asked about by no one', async (t) => {
  const w = world()
  for (const [paymentId, status] of [['pay_paid', 'succeeded'], ['pay_open', 'pending']] as const) {
    await w.payments.insert(created(aCapturedPayment({ paymentId, orderId: paymentId, status, earlier: { amountAssumed: true } })), { isAnother: true })
    const before = await w.payments.find(paymentId)
    await t.rejects(w.refund({ paymentId }), { code: 'payment_not_refundable', message: /the earlier application/ })
    await t.rejects(w.cancelPayment({ caller: payer, paymentId }), { code: 'payment_unreadable' })
    t.same(await w.reconcilePayment(paymentId), before)
    t.same(await w.payments.find(paymentId), before)
  }
  t.equal(w.gateway.refunds.length, 0)
  t.equal(w.gateway.lookups.length, 0)
})
