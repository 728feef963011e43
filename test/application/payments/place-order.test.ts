import t from 'tap'
import fc from 'fast-check'
import { memoryStores } from '#adapters/memory/stores.js'
import { makePlaceOrder } from '#application/payments/place-order.js'
import type { ChargeAnswer, PaymentGateway } from '#application/ports/payment-gateway.js'
import { created } from '#domain/payments/decision.js'
import type { Payment } from '#domain/payments/payment.js'
import { DAY_MS, MINUTE_MS } from '#domain/time.js'
import { aPayment, countingIdentity } from '../../support/builders.js'
import { held, ScriptedGateway } from '../../support/scripted-gateway.js'
import { decline, found, success, unknown, world } from '../../support/world.js'

const ORDER = { orderId: 'order-1' }
const page: ChargeAnswer = { kind: 'requires_action', reference: 'page-1', nextAction: { type: 'redirect', url: 'https://pay.example' } }

/** A provider that takes installments. */
class TakingInstallments extends ScriptedGateway {
  readonly installments: NonNullable<PaymentGateway['installments']> = { currencies: ['TRY'], find: async () => ({ kind: 'found', cards: [] }) }
}

t.test('a paid order is not charged again under another key, unless its payer wants to pay once more', async (t) => {
  const w = world()
  w.gateway.willCharge(success(), success('ref-2'))
  const { payment } = await w.process(ORDER)
  t.match(await w.process(ORDER, 'key-2'), {
    payment, replayed: false, refusal: { code: 'order_already_paid', message: 'this order is paid; send allowAnother to pay it once more', retryAfterS: undefined },
  })
  t.match(await w.process({ ...ORDER, amount: 5 }, 'key-2'), { refusal: { code: 'order_already_paid' } }, 'another amount pays the same order')
  t.match(await w.process({ ...ORDER, allowAnother: false }, 'key-2'), { refusal: { code: 'order_already_paid' } })
  t.equal(w.gateway.charges.length, 1)
  t.match(await w.process({ ...ORDER, allowAnother: true }, 'key-2'), { payment: { status: 'succeeded', providerReference: 'ref-2' }, replayed: false, refusal: null })
  t.match(await w.process(ORDER, 'key-3'), { payment: { paymentId: payment.paymentId }, refusal: { code: 'order_already_paid' } })
  t.match(await w.process(ORDER), { payment, replayed: true, refusal: null }, 'the same key is answered before the rule')
  t.equal(w.gateway.charges.length, 2)
})

t.test('an order that is paid stays so, though one more payment of it fails', async (t) => {
  const w = world()
  w.gateway.willCharge(success(), decline)
  await w.process(ORDER)
  t.match(await w.process({ ...ORDER, allowAnother: true }, 'key-2'), { payment: { status: 'failed' } })
  t.match(await w.process(ORDER, 'key-3'), { refusal: { code: 'order_already_paid' } })
})

t.test('another payer, and another order, are not held', async (t) => {
  const w = world()
  w.gateway.willCharge(success(), success(), success())
  await w.process(ORDER)
  t.match(await w.process(ORDER, 'key-2', 'bora'), { refusal: null, replayed: false })
  t.match(await w.process({ orderId: 'order-2' }, 'key-3'), { refusal: null, replayed: false })
})

t.test('a payment that failed or was canceled frees its order', async (t) => {
  for (const answer of [decline, { kind: 'canceled', reference: null }] as const) {
    const w = world()
    w.gateway.willCharge(answer, success('ref-2'))
    await w.process(ORDER)
    t.match(await w.process(ORDER, 'key-2'), { payment: { status: 'succeeded' }, replayed: false, refusal: null })
    t.match(await w.process(ORDER, 'key-3'), { refusal: { code: 'order_already_paid' } })
  }
})

t.test('a payment that is refunded still holds its order', async (t) => {
  const w = world()
  const { paymentId } = await w.captured(ORDER)
  w.gateway.willRefund({ kind: 'succeeded' })
  await w.refund({ paymentId })
  t.match(await w.process(ORDER, 'key-2'), { payment: { status: 'refunded' }, refusal: { code: 'order_already_paid' } })
})

t.test('another amount that was given back holds its order as a paid one does, until the payer wants to pay once more', async (t) => {
  const w = world()
  w.gateway.willCharge({ kind: 'succeeded', reference: 'ref-1', amount: 9_000, currency: 'TRY' }, success('ref-2')).willRefund({ kind: 'succeeded' })
  const { payment: { paymentId } } = await w.process(ORDER)
  t.match(await w.process(ORDER, 'key-2'), { refusal: { code: 'order_payment_open' } }, 'while it waits for a person')
  await w.refund({ paymentId })
  t.match(await w.process(ORDER, 'key-2'), { payment: { paymentId, status: 'refunded' }, refusal: { code: 'order_already_paid' } })
  t.match(await w.process({ ...ORDER, allowAnother: true }, 'key-3'), { payment: { status: 'succeeded' }, refusal: null })
})

t.test('a payment under way, of unknown outcome or being processed holds its order, and nobody is asked to close it', async (t) => {
  const answers = [unknown, { kind: 'processing', reference: 'ref-1' }] as const
  for (const answer of answers) {
    const w = world()
    w.gateway.willCharge(answer)
    const { payment } = await w.process(ORDER)
    for (const allowAnother of [false, true]) {
      t.match(await w.process({ ...ORDER, allowAnother }, 'key-2'), { payment, refusal: { code: 'order_payment_open', message: 'another payment of this order is open', retryAfterS: 30 } })
    }
  }
  const w = world()
  const { step, called, release } = held<ChargeAnswer>()
  w.gateway.willCharge(step)
  const first = w.process(ORDER)
  await called
  w.time.advance(20_000)
  t.match(await w.process(ORDER, 'key-2'), { refusal: { code: 'order_payment_open', retryAfterS: 40 } }, 'until the lease of the first one ends')
  release(success())
  await first
  t.match(await w.process(ORDER, 'key-2'), { refusal: { code: 'order_already_paid' } })
})

t.test('an open page that takes the same is offered again', async (t) => {
  const w = world()
  w.gateway.willCharge(page)
  const { payment } = await w.process({ ...ORDER, token: null })
  t.match(await w.process({ ...ORDER, token: null, description: 'reloaded' }, 'key-2'), { payment, replayed: false, refusal: { code: 'order_payment_open', retryAfterS: undefined } })
  t.equal(payment.nextAction?.url, 'https://pay.example')
  t.same([w.gateway.charges.length, w.gateway.cancels.length], [1, 0])
})

t.test('a page whose time is over is not offered again: the provider closes it, or it keeps the order', async (t) => {
  const w = world({ abandonMs: 30 * MINUTE_MS })
  w.gateway.willCharge(page, success('ref-2')).willCancel(unknown, found({ kind: 'canceled', reference: 'page-1' }))
  await w.process({ ...ORDER, token: null })
  w.time.advance(30 * MINUTE_MS)
  t.match(await w.process(ORDER, 'key-2'), { payment: { status: 'requires_action' }, refusal: { code: 'order_payment_open', retryAfterS: 30 } })
  t.match(await w.process(ORDER, 'key-2'), { payment: { status: 'succeeded' }, refusal: null })
})

t.test('an open page that takes something else is closed on the word of its provider, before another one opens', async (t) => {
  const w = world()
  w.gateway.willCharge(page, success('ref-2')).willCancel(found({ kind: 'canceled', reference: 'page-1' }))
  const { payment } = await w.process({ ...ORDER, token: null, amount: 9_000 })
  t.match(await w.process(ORDER, 'key-2'), { payment: { status: 'succeeded', amount: 10_000 }, replayed: false, refusal: null })
  t.same(w.gateway.cancels.map(({ paymentId }) => paymentId), [payment.paymentId])
  t.match(await w.payments.find(payment.paymentId), { status: 'canceled', nextAction: null })
})

t.test('an open page with another offer of installments is closed on the word of its provider, or keeps the order', async (t) => {
  for (const [before, wanted] of [[1, 6], [6, 1], [3, 6]] as const) {
    for (const [answer, outcome] of [
      [found({ kind: 'canceled', reference: 'page-1' }), { payment: { status: 'requires_action', installments: wanted }, refusal: null }],
      [unknown, { payment: { status: 'requires_action', installments: before }, refusal: { code: 'order_payment_open', retryAfterS: 30 } }],
    ] as const) {
      const taking = new TakingInstallments()
      const w = world({ gateways: [taking] })
      taking.willCharge(page, { ...page, reference: 'page-2' }).willCancel(answer)
      await w.process({ ...ORDER, token: null, installments: before })
      t.match(await w.process({ ...ORDER, token: null, installments: wanted }, 'key-2'), outcome, `${before} to ${wanted}`)
      t.equal(taking.cancels.length, 1)
    }
  }
})

t.test('a page that its provider does not close keeps the order', async (t) => {
  const answers = [unknown, { kind: 'not_found' }, found(), found({ ...page })] as const
  for (const answer of answers) {
    const w = world()
    w.gateway.willCharge(page).willCancel(answer)
    await w.process({ ...ORDER, token: null, amount: 9_000 })
    t.match(await w.process(ORDER, 'key-2'), { payment: { status: 'requires_action', amount: 9_000 }, refusal: { code: 'order_payment_open', retryAfterS: 30 } })
    t.equal(w.gateway.charges.length, 1)
  }
})

t.test('a page that turns out to be paid when it is to be closed is the payment of the order', async (t) => {
  const w = world()
  w.gateway.willCharge(page, success('ref-2')).willCancel(found({ kind: 'succeeded', reference: 'ref-1', amount: 9_000, currency: 'TRY' }))
  await w.process({ ...ORDER, token: null, amount: 9_000 })
  t.match(await w.process(ORDER, 'key-2'), { payment: { status: 'succeeded', amount: 9_000 }, refusal: { code: 'order_already_paid' } })
  t.match(await w.process({ ...ORDER, allowAnother: true }, 'key-2'), { payment: { status: 'succeeded', amount: 10_000 }, refusal: null })
})

t.test('the page of a provider that is no longer configured is not closed, and keeps the order', async (t) => {
  const persistence = memoryStores()
  const before = world({ persistence, gateways: [new ScriptedGateway({ provider: 'former' })] })
  before.gateway.willCharge(page)
  await before.process({ ...ORDER, token: null, amount: 9_000 })
  t.match(await world({ persistence }).process(ORDER, 'key-2'), { refusal: { code: 'order_payment_open' } })
})

t.test('a payment in a state of another version is not closed', async (t) => {
  const w = world()
  w.gateway.willCharge(page)
  const { payment } = await w.process({ ...ORDER, token: null, amount: 9_000 })
  await w.payments.update(payment.paymentId, (current) => ({ payment: { ...current, disputes: [{ disputeId: 'd', amount: 1, status: 'paused' as 'open', currency: null, at: null, charge: null, createdAt: null }] }, events: [] }))
  t.match(await w.process(ORDER, 'key-2'), { refusal: { code: 'order_payment_open' } })
  t.equal(w.gateway.cancels.length, 0)
})

t.test('the payment that holds a signed order is shown to its payer alone, and no other payer closes its page', async (t) => {
  const signed = (overrides: Partial<Payment>) => created(aPayment({ orderSigned: true, ...overrides }))
  const open = { status: 'requires_action', nextAction: { type: 'redirect', url: 'https://pay.example' } } as const
  for (const [state, refusal] of [[open, { code: 'order_payment_open', retryAfterS: 60 }], [{ status: 'succeeded', capturedAmount: 10_000 }, { code: 'order_already_paid', retryAfterS: undefined }]] as const) {
    const w = world()
    const placeOrder = makePlaceOrder({ payments: w.payments, gateways: [w.gateway], identity: countingIdentity(), clock: w.time.clock, abandonMs: DAY_MS })
    const { payment } = await placeOrder(signed(state), false, {})
    await t.rejects(placeOrder(signed({ paymentId: 'pay_2', userId: 'bora' }), false, {}), refusal)
    t.match(await placeOrder(signed({ paymentId: 'pay_3' }), false, {}), { payment: { paymentId: payment.paymentId } })
    t.equal(w.gateway.cancels.length, 0)
  }
})

t.test('a request without allowAnother keeps its fingerprint, and with it the key belongs to another request', async (t) => {
  const w = world()
  w.gateway.willCharge(success())
  const { payment } = await w.process(ORDER)
  t.notOk('allowAnother' in payment, 'it is no part of the payment')
  await t.rejects(w.process({ ...ORDER, allowAnother: false }), { code: 'idempotency_key_reused' })
})

t.test('whatever is asked for an order, one after another or at once, it is charged once, and once more at most for each request that wants that', async () => {
  const answers = fc.constantFrom<ChargeAnswer>(success(), decline, page, unknown)
  const request = fc.record({ allowAnother: fc.boolean(), amount: fc.constantFrom(10_000, 9_000), isAwaited: fc.boolean(), answer: answers })
  await fc.assert(fc.asyncProperty(fc.array(request, { minLength: 2, maxLength: 8 }), async (requests) => {
    const w = world()
    const running: Array<Promise<unknown>> = []
    for (const [index, { allowAnother, amount, isAwaited, answer }] of requests.entries()) {
      w.gateway
        .willCharge(({ payment }) => answer.kind === 'succeeded' ? { ...answer, amount: payment.amount } : answer)
        .willCancel(found({ kind: 'canceled', reference: 'page-1' }))
      const run = w.process({ ...ORDER, amount, ...(allowAnother && { allowAnother }) }, `key-${index}`)
      running.push(run)
      if (isAwaited) await run
    }
    await Promise.all(running)
    const { items } = await w.payments.listOfUser('ada', null, { before: null, limit: 100 })
    const held = items.filter(({ status }) => status !== 'failed' && status !== 'canceled')
    return held.length <= 1 + requests.filter(({ allowAnother }) => allowAnother).length
  }))
})
