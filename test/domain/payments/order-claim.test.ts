import t from 'tap'
import { created } from '#domain/payments/decision.js'
import { asDuplicate, claimKeysOf, holderOf, holdOf, isOtherOrder, replacedBy, servesToo } from '#domain/payments/order-claim.js'
import { PAYMENT_STATUSES, type Payment } from '#domain/payments/payment.js'
import { DAY_MS, laterBy } from '#domain/time.js'
import { aCapturedPayment, aPayment, START } from '../../support/builders.js'

const PAGE = { type: 'redirect', url: 'https://pay.example' } as const
const aPage = (overrides: Partial<Payment> = {}): Payment => aPayment({ status: 'requires_action', providerReference: 'ref-1', nextAction: PAGE, ...overrides })

t.test('an order is one of its payer, and before that of its seller where the shop signed it', async (t) => {
  t.same(claimKeysOf(aPayment()), ['payer#ada#order-1'])
  t.same(claimKeysOf(aPayment({ orderSigned: true })), ['seller#sela#order-1', 'payer#ada#order-1'])
  t.same(claimKeysOf(aPayment({ orderSigned: true, sellerId: null, orderId: 'a#b' })), ['seller##a#b', 'payer#ada#a#b'])
})

t.test('two signed payments of different sellers pay different orders; an unsigned one may pay either', async (t) => {
  const signed = aPayment({ orderSigned: true })
  t.equal(isOtherOrder(signed, aPayment({ orderSigned: true, sellerId: 'can' })), true)
  for (const other of [signed, aPayment({ sellerId: 'can' })]) t.equal(isOtherOrder(signed, other) || isOtherOrder(other, signed), false)
})

t.test('a claim goes over from one payment or several, as this version and earlier ones write them', async (t) => {
  t.same([replacedBy({}), replacedBy({ replaces: 'pay_1' }), replacedBy({ replaces: ['pay_1', 'pay_2'] })], [[], ['pay_1'], ['pay_1', 'pay_2']])
})

t.test('a payment frees its order once it has failed or was canceled, and holds it in every other state', async (t) => {
  const holds = Object.fromEntries(PAYMENT_STATUSES.map((status) => {
    const isTaken = ['succeeded', 'partially_refunded', 'refunded', 'disputed'].includes(status)
    return [status, holdOf(aPayment({ status, capturedAmount: isTaken ? 10_000 : 0 }))]
  }))
  t.same(holds, {
    pending: 'open', requires_action: 'open', succeeded: 'paid', failed: 'free', canceled: 'free', partially_refunded: 'paid', refunded: 'paid', disputed: 'paid',
  })
  const mismatch = aPayment({ taken: { amount: 9_000, currency: 'TRY', reference: 'ref-1', installments: 1 } })
  t.equal(holdOf(mismatch), 'open', 'another amount waits for a person')
  for (const status of ['refunded', 'partially_refunded', 'disputed'] as const) t.equal(holdOf({ ...mismatch, status }), 'paid', `another amount, ${status}`)
  t.equal(holdOf(aPayment({ status: 'paused' as Payment['status'] })), 'open', 'a status of another version')
})

t.test('of several payments of an order, the paid one holds it before the open one', async (t) => {
  const [failed, open, paid] = [aPayment({ status: 'failed' }), aPayment(), aCapturedPayment()]
  t.equal(holderOf([failed, open, paid]), paid)
  t.equal(holderOf([open, failed]), open)
  t.equal(holderOf([failed]), undefined)
})

t.test('the page of an open payment serves another request that takes the same, until its time is over', async (t) => {
  const now = laterBy(START, 60_000)
  const wanted = aPayment({ paymentId: 'pay_2' })
  t.equal(servesToo(aPage(), wanted, now, DAY_MS), true)
  t.equal(servesToo(aPage({ expiresAt: laterBy(now, 1), nextAction: { ...PAGE, expiresAt: laterBy(now, 1) } }), wanted, now, DAY_MS), true)
  const others: Array<Partial<Payment>> = [
    { amount: 1 }, { currency: 'EUR' }, { sellerId: null }, { userId: 'bora' }, { installments: 3 }, { status: 'pending' }, { nextAction: null }, { expiresAt: now }, { nextAction: { ...PAGE, expiresAt: now } },
  ]
  for (const other of others) t.equal(servesToo(aPage(other), wanted, now, DAY_MS), false, JSON.stringify(other))
  t.equal(servesToo(aPage(), { ...wanted, orderSigned: true }, now, DAY_MS), false, 'a signed order')
  t.equal(servesToo(aPage({ orderSigned: true }), wanted, now, DAY_MS), true, 'a signed page')
  const same: Array<Partial<Payment>> = [{ returnUrl: 'https://shop.example/2' }, { description: 'other' }, { discountAmount: 5 }, { shippingAmount: 5 }, { taxAmount: 5 }, { metadata: { a: 1 } }]
  for (const other of same) t.equal(servesToo(aPage(other), wanted, now, DAY_MS), true, JSON.stringify(other))
})

t.test('a second charge of an order is flagged as one, with the payment that holds the order', async (t) => {
  const intent = created(aPayment({ paymentId: 'pay_2' }))
  const { payment, events } = asDuplicate(intent, aCapturedPayment())
  t.same(payment, { ...intent.payment, flags: ['duplicate_order'], causes: [{ flag: 'duplicate_order', reference: 'pay_1', amount: 10_000, at: START, decision: null }] })
  t.same(events.map(({ type, eventId, data }) => [type, eventId.slice(-10), data.previousStatus]), [['payment.created', '000001.000', null], ['payment.flagged', '000001.001', 'pending']])
})
