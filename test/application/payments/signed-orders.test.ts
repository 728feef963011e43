import fc from 'fast-check'
import t from 'tap'
import { identity } from '#adapters/system/system.js'
import type { PaymentRequest } from '#application/payments/process-payment.js'
import { created } from '#domain/payments/decision.js'
import type { StatedOrder } from '#domain/payments/order.js'
import { DomainError } from '#domain/errors.js'
import { aPayment, aPaymentRequest, START } from '../../support/builders.js'
import { lately, noOrderTokens, ORDER_CLAIMS, plainOrderTokens } from '../../support/order-tokens.js'
import { success, world } from '../../support/world.js'

const NOW_S = Date.parse(START) / 1000
const HOUR_MS = 3_600_000
const ITEMS = [{ name: 'Scarf', quantity: 2, unitAmount: 5_000 }]
const NOTHING: StatedOrder = { orderId: null, amount: null, currency: null, sellerId: null, items: [] }
const tokenOf = (claims: object = {}): string => JSON.stringify({ ...ORDER_CLAIMS, ...lately(NOW_S), ...claims })

/** A shop that signs its orders, and a gateway that takes the next charges. */
function shop ({ orderTokens = plainOrderTokens } = {}) {
  const w = world({ orderTokens })
  w.gateway.willCharge(...Array.from({ length: 5 }, (_, index) => success(`ref-${index}`)))
  const pay = async (orderToken: string | null, { key = 'key-1', userId = 'ada', ...request }: Partial<StatedOrder> & Partial<Omit<PaymentRequest, keyof StatedOrder>> & { key?: string, userId?: string } = {}) =>
    await w.processPayment({ userId, key, ip: '203.0.113.7', orderToken, request: { ...aPaymentRequest(), ...NOTHING, ...request } })
  const isUntouched = async () => w.gateway.charges.length === 0 && (await w.payments.listOfUser('ada', null, { before: null, limit: 1 })).items.length === 0
  return { ...w, pay, isUntouched }
}

t.test('a signed order is paid as the shop has signed it, with a request that repeats it or says nothing of it', async (t) => {
  const w = shop()
  const order = { orderId: 'order-1', amount: 10_000, currency: 'TRY', sellerId: 'sela', items: ITEMS }
  const { payment } = await w.pay(tokenOf({ items: ITEMS, sub: 'ada' }))
  t.match(payment, { ...order, userId: 'ada', status: 'succeeded', orderSigned: true })
  t.match(w.gateway.charges, [{ payment: order }])
  t.same(await w.pay(tokenOf({ items: ITEMS, sub: 'ada' }), order), { payment, replayed: true, refusal: null }, 'and so it is the same request')
})

t.test('a request that says something else than the shop, or is not the payer whom the shop means, is refused and changes nothing', async (t) => {
  const w = shop()
  for (const stated of [{ amount: 1 }, { sellerId: 'ada' }, { orderId: 'order-2' }, { currency: 'EUR' }, { items: ITEMS }]) {
    await t.rejects(w.pay(tokenOf(), stated), { code: 'order_token_mismatch' }, JSON.stringify(stated))
  }
  await t.rejects(w.pay(tokenOf({ sub: 'bora' })), { code: 'order_token_mismatch' })
  await t.rejects(w.pay(tokenOf({ aud: 'basvideo-api' })), { code: 'invalid_order_token' })
  t.ok(await w.isUntouched())
})

t.test('a shop whose orders are signed takes no payment without a token, and answers payments from before all the same', async (t) => {
  const w = shop()
  await t.rejects(w.pay(null, aPaymentRequest()), { code: 'order_token_required' })
  t.ok(await w.isUntouched())
  const open = world({ persistence: w })
  open.gateway.willCharge(success())
  const { payment } = await open.process({ orderId: 'order-1' })
  t.equal(payment.orderSigned, false)
  t.same(await w.pay(null, aPaymentRequest()), { payment, replayed: true, refusal: null })
})

t.test('an open shop takes payments with a token and without one, and needs a key for a token', async (t) => {
  const w = shop({ orderTokens: { ...plainOrderTokens, required: false } })
  t.match(await w.pay(null, { ...aPaymentRequest({ orderId: 'order-2' }), key: 'open' }), { payment: { orderSigned: false } })
  t.match(await w.pay(tokenOf()), { payment: { orderSigned: true } })
  await t.rejects(shop({ orderTokens: noOrderTokens }).pay(tokenOf()), { code: 'invalid_order_token' })
})

t.test('a token that has expired makes no payment, and still stands for the one that it has made', async (t) => {
  const w = shop()
  const { payment } = await w.pay(tokenOf())
  w.time.advance(HOUR_MS - 1)
  t.equal((await w.pay(tokenOf({ orderId: 'order-2' }), { key: 'key-2' })).replayed, false, 'until its last millisecond')
  w.time.advance(1)
  t.same(await w.pay(tokenOf()), { payment, replayed: true, refusal: null })
  await t.rejects(w.pay(tokenOf(), { key: 'key-3' }), { code: 'order_token_expired' })
  await t.rejects(w.pay(tokenOf({ amount: 1 })), { code: 'idempotency_key_reused' }, 'another order under the key')
  t.equal(w.gateway.charges.length, 2)
})

t.test('a token that cannot be checked pays nothing, and repeats nothing', async (t) => {
  const w = shop()
  await w.pay(tokenOf())
  const away = world({ persistence: w, orderTokens: { required: true, verify: async () => { throw new DomainError('keys_unavailable', 'away') } } })
  const command = { userId: 'ada', ip: '203.0.113.7', orderToken: tokenOf(), request: aPaymentRequest() }
  for (const key of ['key-1', 'key-2']) await t.rejects(away.processPayment({ ...command, key }), { code: 'keys_unavailable' })
  t.equal(away.gateway.charges.length, 0)
})

t.test('the payer is never the seller, by their own word or by that of the shop', async (t) => {
  const w = shop({ orderTokens: { ...plainOrderTokens, required: false } })
  await t.rejects(w.pay(null, aPaymentRequest({ sellerId: 'ada' })), { code: 'self_payment' })
  await t.rejects(w.pay(tokenOf({ sellerId: 'ada' })), { code: 'self_payment' })
  await t.rejects(w.pay(tokenOf(), { userId: 'sela' }), { code: 'self_payment' })
  t.ok(await w.isUntouched())
})

t.test('a repeat of a payment to oneself that an earlier version has made is answered', async (t) => {
  const w = world()
  const request = aPaymentRequest({ sellerId: 'ada' })
  const stored = aPayment({
    paymentId: identity.derived('pay', ['ada', 'payment', 'key-1']), sellerId: 'ada', fingerprint: identity.fingerprint(request), status: 'succeeded', capturedAmount: 10_000, lease: { owner: 'lease_0', epoch: 1, until: null },
  })
  await w.payments.insert(created(stored))
  t.match(await w.process({ sellerId: 'ada', orderId: 'order-1' }), { replayed: true, payment: { paymentId: stored.paymentId } })
})

t.test('a request without a token has the fingerprint that earlier versions gave it', async (t) => {
  const buyer = { name: 'Ada', surname: 'Su', email: 'ada@example.com', identityNumber: '11111111110', address: 'Sokak 1', city: 'İzmir', country: 'TR' }
  const recorded: Array<[request: Partial<PaymentRequest>, fingerprint: string]> = [
    [{}, '0d6fec01f2d17981af4f76ad723d5a67682c9f170d152bce91513d238fd0ea1d'],
    [{ buyer, items: ITEMS, sellerId: null, metadata: { a: 1 }, description: 'x' }, '14a0213a763c9d5216e2abb5d5daa20add6607db14b1badfeb143353ed7b1919'],
  ]
  for (const [request, fingerprint] of recorded) {
    const w = world()
    w.gateway.willCharge(success())
    t.equal((await w.process({ orderId: 'order-1', ...request })).payment.fingerprint, fingerprint)
  }
})

t.test('two requests under one key are the same exactly when their orders are, whatever times and names their tokens have', async () => {
  const claims = fc.record({
    orderId: fc.constantFrom('order-1', 'order-2'), amount: fc.constantFrom(10_000, 20_000), currency: fc.constantFrom('TRY', 'EUR'), sellerId: fc.constantFrom('sela', 'bora', null),
    items: fc.constantFrom([], ITEMS), sub: fc.constantFrom('ada', null),
  }).map((order) => order.items.length > 0 ? { ...order, amount: 10_000 } : order)
  const token = fc.record({ iat: fc.integer({ min: NOW_S - 3600, max: NOW_S }), lifetime: fc.integer({ min: 3601, max: 86_400 }), jti: fc.string(), repeats: fc.boolean() })
  await fc.assert(fc.asyncProperty(claims, claims, token, token, async (first, second, one, other) => {
    const w = shop()
    const ask = async (order: typeof first, { iat, lifetime, jti, repeats }: typeof one) =>
      await w.pay(JSON.stringify({ aud: 'basvideo-orders', ...order, iat, exp: iat + lifetime, jti }), repeats ? { orderId: order.orderId, amount: order.amount, currency: order.currency, sellerId: order.sellerId, items: order.items } : {})
    await ask(first, one)
    if (JSON.stringify(first) === JSON.stringify(second)) return (await ask(second, other)).replayed
    return await ask(second, other).then(() => false, (error: unknown) => error instanceof DomainError && error.code === 'idempotency_key_reused')
  }), { numRuns: 300 })
})
