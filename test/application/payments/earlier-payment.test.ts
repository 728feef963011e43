import t from 'tap'
import { created } from '#domain/payments/decision.js'
import type { Payment } from '#domain/payments/payment.js'
import { aCapturedPayment, payer, seller } from '../../support/builders.js'
import { world } from '../../support/world.js'

const administrator = { userId: null, admin: true }

/** A world with payments of the earlier application, as the back-fill has written them. */
async function worldWith (...fields: ReadonlyArray<Partial<Payment> & { readonly paymentId: string }>) {
  const w = world()
  for (const one of fields) {
    const payment = aCapturedPayment({ orderId: one.paymentId, earlier: { amountAssumed: false, reference: null }, ...one })
    await w.payments.insert(created(payment), { isAnother: true })
  }
  return w
}

t.test('a payment of the earlier application is canceled, settled and asked about by no one', async (t) => {
  const w = await worldWith({ paymentId: 'pay_paid' }, { paymentId: 'pay_open', status: 'pending', capturedAmount: 0 })
  for (const paymentId of ['pay_paid', 'pay_open']) {
    const before = await w.payments.find(paymentId)
    await t.rejects(w.cancelPayment({ caller: payer, paymentId }), { code: 'payment_unreadable' })
    t.same(await w.reconcilePayment(paymentId), before)
    t.match(before, { followUp: null })
  }
  t.equal(w.gateway.lookups.length, 0)
})

t.test('an administrator who names its charge refunds it, and from then on it is as any other', async (t) => {
  const w = await worldWith({ paymentId: 'pay_1', providerReference: 'old' })
  const refund = { paymentId: 'pay_1', caller: administrator, amount: 100 }
  await t.rejects(w.refund({ ...refund, caller: seller, providerReference: 'ch_1' }), { code: 'forbidden', message: /earlier application/ })
  await t.rejects(w.refund(refund), { code: 'payment_not_refundable', message: /name the providerReference/ })
  t.equal(w.gateway.refunds.length, 0)
  w.gateway.willRefund({ kind: 'failed' }).willLookup({ kind: 'not_found' })
  t.match(await w.refund({ ...refund, providerReference: 'ch_typo' }), { refund: { status: 'failed' }, payment: { providerReference: 'ch_typo' } })
  w.gateway.willRefund({ kind: 'succeeded' })
  t.match(await w.refund({ ...refund, key: 'refund-2', providerReference: 'ch_1' }), {
    replayed: false, refund: { status: 'succeeded', amount: 100 }, payment: { status: 'partially_refunded', refundedAmount: 100, providerReference: 'ch_1', earlier: { reference: 'ch_1' } },
  })
  t.match(w.gateway.refunds.at(-1), { payment: { providerReference: 'ch_1' } })
  t.match(await w.refund({ ...refund, key: 'refund-2', providerReference: 'ch_1' }), { replayed: true })
  t.match(await w.refund({ ...refund, providerReference: 'ch_typo' }), { replayed: true, refund: { status: 'failed' } }, 'a repeat of what was refused is not refused for its reference')
  await t.rejects(w.refund({ ...refund, key: 'refund-2', providerReference: 'ch_2' }), { code: 'idempotency_key_reused' })
  await t.rejects(w.refund({ ...refund, key: 'refund-3', providerReference: 'ch_2' }), { code: 'payment_not_refundable', message: /another reference/ })
  w.gateway.willRefund({ kind: 'succeeded' })
  t.match(await w.refund({ ...refund, key: 'refund-3', amount: null, providerReference: 'ch_1' }), { payment: { status: 'refunded' } })
})

t.test('what has an assumed unit is refunded by no one', async (t) => {
  const w = await worldWith({ paymentId: 'pay_1', earlier: { amountAssumed: true, reference: null } })
  await t.rejects(w.refund({ paymentId: 'pay_1', caller: administrator, amount: 100, providerReference: 'ch_1' }), { code: 'payment_not_refundable', message: /unit of its amounts is assumed/ })
})

t.test('a payment of this service may be refunded under its own reference, and under no other', async (t) => {
  const w = world()
  const { paymentId, providerReference } = await w.captured()
  await t.rejects(w.refund({ paymentId, amount: 100, providerReference: 'ch_1' }), { code: 'payment_not_refundable', message: /another reference/ })
  w.gateway.willRefund({ kind: 'succeeded' })
  t.match(await w.refund({ paymentId, amount: 100, providerReference: String(providerReference) }), { refund: { status: 'succeeded' } })
})
