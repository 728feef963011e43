import t from 'tap'
import type { ChargeAnswer } from '#application/ports/payment-gateway.js'
import type { PaymentRequest, ProcessedPayment } from '#application/payments/process-payment.js'
import { aPaymentRequest, START } from '../../support/builders.js'
import { lately, ORDER_CLAIMS, plainOrderTokens } from '../../support/order-tokens.js'
import { decline, found, success, world } from '../../support/world.js'

const page: ChargeAnswer = { kind: 'requires_action', reference: 'page-1', nextAction: { type: 'redirect', url: 'https://pay.example' } }

interface Try extends Partial<PaymentRequest> {
  readonly signed?: object
  readonly userId?: string
}

/** A shop that takes orders with a token and without one. Each try has a key of its own. */
function shop (...answers: ChargeAnswer[]) {
  const w = world({ orderTokens: { ...plainOrderTokens, required: false } })
  w.gateway.willCharge(...answers)
  let tries = 0
  const pay = async ({ signed, userId = 'ada', ...request }: Try = {}): Promise<ProcessedPayment> => await w.processPayment({
    userId,
    key: `key-${++tries}`,
    ip: '203.0.113.7',
    orderToken: signed === undefined ? null : JSON.stringify({ ...ORDER_CLAIMS, ...lately(Date.parse(START) / 1000), ...signed }),
    request: aPaymentRequest({ orderId: 'order-1', sellerId: 'sela', ...request }),
  })
  return { ...w, pay }
}

t.test('an order that its payer has paid is not charged again, signed or not, unless they want to pay once more', async (t) => {
  for (const [first, second] of [[{}, { signed: {} }], [{ signed: {} }, {}]]) {
    const w = shop(success(), success('ref-2'))
    const { payment } = await w.pay(first)
    t.match(await w.pay(second), { payment: { paymentId: payment.paymentId }, refusal: { code: 'order_already_paid' } })
    t.equal(w.gateway.charges.length, 1)
    t.match(await w.pay({ ...second, allowAnother: true }), { payment: { status: 'succeeded' }, refusal: null })
  }
})

t.test('an order that is paid signed and unsigned at once is charged once', async (t) => {
  const w = shop(success(), success('ref-2'))
  const answers = await Promise.all([w.pay(), w.pay({ signed: {} })])
  t.equal(answers.filter(({ refusal }) => refusal === null).length, 1)
  t.equal(w.gateway.charges.length, 1)
})

t.test('a failed payment frees the order for both, though another payer has failed at it as well', async (t) => {
  const w = shop(decline, decline, success('ref-3'))
  await w.pay({ signed: {}, userId: 'bora' })
  await w.pay()
  const { payment } = await w.pay({ signed: {} })
  t.match(payment, { status: 'succeeded', userId: 'ada', orderSigned: true })
  t.match(await w.pay(), { payment: { paymentId: payment.paymentId }, refusal: { code: 'order_already_paid' } })
  await t.rejects(w.pay({ signed: {}, userId: 'bora' }), { code: 'order_already_paid' })
})

t.test('what the payer pays once more with a token holds the order of the seller against others', async (t) => {
  const w = shop(success(), success('ref-2'))
  await w.pay()
  await w.pay({ signed: {}, allowAnother: true })
  await t.rejects(w.pay({ signed: {}, userId: 'bora' }), { code: 'order_already_paid' })
  t.equal(w.gateway.charges.length, 2)
})

t.test('an unsigned payment of a stranger does not hold the order of a seller', async (t) => {
  const w = shop(success(), success('ref-2'))
  await w.pay({ userId: 'bora' })
  t.match(await w.pay({ signed: {} }), { payment: { status: 'succeeded', userId: 'ada' }, refusal: null })
})

t.test('orders of two sellers who sign the same id are two orders of one payer', async (t) => {
  const w = shop(success(), success('ref-2'))
  t.match(await w.pay({ signed: {} }), { refusal: null })
  t.match(await w.pay({ signed: { sellerId: 'can' }, sellerId: 'can' }), { payment: { sellerId: 'can', status: 'succeeded' }, refusal: null })
  t.match(await w.pay({ signed: {} }), { payment: { sellerId: 'sela' }, refusal: { code: 'order_already_paid' } })
  t.match(await w.pay({ signed: { sellerId: 'can' }, sellerId: 'can' }), { payment: { sellerId: 'can' }, refusal: { code: 'order_already_paid' } })
  t.equal(w.gateway.charges.length, 2)
})

t.test('a page of an unsigned payment is closed before a signed one opens; the page of a signed one serves both', async (t) => {
  const w = shop(page, { ...page, reference: 'page-2' })
  w.gateway.willCancel(found({ kind: 'canceled', reference: 'page-1' }))
  const { payment: unsigned } = await w.pay()
  const { payment: signed } = await w.pay({ signed: {} })
  t.match(signed, { status: 'requires_action', orderSigned: true })
  t.match(await w.payments.find(unsigned.paymentId), { status: 'canceled' })
  for (const again of [{}, { signed: {} }]) {
    t.match(await w.pay(again), { payment: { paymentId: signed.paymentId }, refusal: { code: 'order_payment_open', retryAfterS: undefined } })
  }
  t.same([w.gateway.charges.length, w.gateway.cancels.length], [2, 1])
})
