import t from 'tap'
import type { ChargeAnswer, LookupAnswer } from '#application/ports/payment-gateway.js'
import { DomainError } from '#domain/errors.js'
import { held, ScriptedGateway } from '../../support/scripted-gateway.js'
import { allEvents, atOnce, decline, eventTypes, found, LEASE_OVER_MS, notFound, RETURN_ORIGIN, success, unknown, world } from '../../support/world.js'

const address = { contactName: 'Ada', address: 'Sokak 1', city: 'İzmir', country: 'TR' }
const buyer = { name: 'Ada', surname: 'Su', email: 'ada@example.com', identityNumber: '11111111110', address: 'Sokak 1', city: 'İzmir', country: 'TR' }

t.test('a charge that succeeds returns the payment with its lease ended', async (t) => {
  const w = world()
  w.gateway.willCharge(success())
  const { payment, replayed } = await w.process({ buyer, billingAddress: address, shippingAddress: address, returnUrl: `${RETURN_ORIGIN}/thanks` })
  t.equal(replayed, false)
  t.match(payment, { status: 'succeeded', capturedAmount: 10_000, providerReference: 'ref-1', provider: 'scripted', version: 2, lease: { until: null }, buyerEmail: 'ada@example.com' })
  t.same(await w.payments.find(payment.paymentId), payment)
  t.same(await eventTypes(w), ['payment.created', 'payment.succeeded'])
})

t.test('the provider gets the stored intent, the token, the buyer and the network address', async (t) => {
  const w = world()
  w.gateway.willCharge(async ({ payment }) => {
    t.same(await w.payments.find(payment.paymentId), payment, 'stored before the provider is asked')
    return success()
  })
  const { payment } = await w.process({ buyer, billingAddress: address })
  t.match(w.gateway.charges, [{ token: 'tok_ok', buyer, billingAddress: address, ip: '203.0.113.7', payment: { paymentId: payment.paymentId, status: 'pending', version: 1 } }])
})

t.test('neither the token nor the buyer is stored, except for the e-mail address', async (t) => {
  const w = world()
  w.gateway.willCharge(success())
  const { payment } = await w.process({ buyer, billingAddress: { ...address, city: 'Bursa' } })
  const kept = JSON.stringify([payment, await allEvents(w)])
  for (const secret of ['tok_ok', '11111111110', 'Bursa', 'surname', '203.0.113.7']) t.notMatch(kept, secret)
})

t.test('a decline, a redirect and an acknowledgement are results, and final for the key', async (t) => {
  const cases: Array<[ChargeAnswer, object]> = [
    [decline, { status: 'failed', failure: { code: 'insufficient_funds' } }],
    [{ kind: 'canceled', reference: null }, { status: 'canceled' }],
    [{ kind: 'requires_action', reference: 'ref-1', nextAction: { type: 'redirect', url: 'https://pay.example' } }, { status: 'requires_action', nextAction: { url: 'https://pay.example' } }],
    [{ kind: 'processing', reference: 'ref-1' }, { status: 'pending', providerReference: 'ref-1' }],
  ]
  for (const [answer, state] of cases) {
    const w = world()
    w.gateway.willCharge(answer)
    const { payment } = await w.process()
    t.match(payment, { ...state, lease: { until: null } })
    w.time.advance(LEASE_OVER_MS)
    t.same(await w.process(), { payment, replayed: true, refusal: null })
    t.same([w.gateway.charges.length, w.gateway.lookups.length], [1, 0], 'no provider is asked again')
  }
})

t.test('the same key again returns the present state of the payment', async (t) => {
  const w = world()
  const { paymentId } = await w.captured({}, 'key-1')
  await w.told(paymentId, { kind: 'dispute', disputeId: 'dp_1', status: 'open', amount: 10_000 })
  t.match(await w.process(), { replayed: true, payment: { paymentId, status: 'disputed' } })
  t.equal(w.gateway.charges.length, 1)
})

t.test('another key, or another user with the same key, is another payment', async (t) => {
  const w = world()
  w.gateway.willCharge(success('ref-1'), success('ref-2'), success('ref-3'))
  const made = [await w.process(), await w.process({}, 'key-2'), await w.process({}, 'key-1', 'bora')]
  t.equal(new Set(made.map(({ payment }) => payment.paymentId)).size, 3)
  t.ok(made.every(({ replayed }) => !replayed))
})

t.test('a key with another request is refused and changes nothing', async (t) => {
  const w = world()
  const { paymentId } = await w.captured({ buyer }, 'key-1')
  const before = await w.payments.find(paymentId)
  for (const other of [{ amount: 10_001 }, { currency: 'EUR' }, { orderId: 'order-2' }, { token: null }, { sellerId: null }, { metadata: { a: 1 } }, { buyer: { ...buyer, city: 'Bursa' } }, { buyer: null }]) {
    await t.rejects(w.process({ buyer, ...other }), { code: 'idempotency_key_reused' }, JSON.stringify(other))
  }
  t.same(await w.payments.find(paymentId), before)
  t.equal((await w.process({ buyer: { ...buyer, identityNumber: '22222222220' } })).replayed, true, 'not even a digest of an identity number is kept')
})

t.test('the same key while the first request is in progress is refused, with the time to retry after', async (t) => {
  const w = world()
  const answer = held<ChargeAnswer>()
  w.gateway.willCharge(answer.step)
  const first = w.process()
  await answer.called
  await t.rejects(w.process(), { code: 'request_in_progress', retryAfterS: 60 })
  w.time.advance(20_500)
  await t.rejects(w.process(), { code: 'request_in_progress', retryAfterS: 40 })
  await t.rejects(w.process({ amount: 5 }), { code: 'idempotency_key_reused' })
  answer.release(success())
  t.match(await first, { payment: { status: 'succeeded' }, replayed: false })
  t.match(await w.process(), { payment: { status: 'succeeded' }, replayed: true })
})

t.test('twenty concurrent requests with one key charge once', async (t) => {
  const w = world()
  const answer = held<ChargeAnswer>()
  w.gateway.willCharge(answer.step)
  const copies = atOnce(Array.from({ length: 20 }, () => async () => await w.process()))
  await answer.called
  answer.release(success())
  const { answers, codes } = await copies
  t.equal(w.gateway.charges.length, 1)
  t.equal(answers.filter(({ replayed }) => !replayed).length, 1)
  t.ok(codes.every((code) => code === 'request_in_progress'))
  t.equal(answers.length + codes.length, 20)
  t.same(await eventTypes(w), ['payment.created', 'payment.succeeded'])
})

t.test('an unknown outcome stays pending, is never a failure, and lets the next request ask', async (t) => {
  const w = world()
  w.gateway.willCharge(unknown).willLookup(unknown, unknown, found(success()))
  const { payment } = await w.process()
  t.match(payment, { status: 'pending', providerReference: null, failure: null, lease: { until: null } })
  const stillUnknown = { replayed: true, payment: { status: 'pending', failure: null, lease: { until: null } } }
  t.match(await w.process(), stillUnknown)
  t.match(await w.process(), stillUnknown)
  t.match(await w.process(), { replayed: true, payment: { status: 'succeeded' } })
  t.same([w.gateway.charges.length, w.gateway.lookups.length], [1, 3])
  t.same(await eventTypes(w), ['payment.created', 'payment.succeeded'])
})

t.test('a gateway that throws leaves the intent pending under its lease', async (t) => {
  const w = world()
  w.gateway.willCharge(new Error('bug in the gateway')).willLookup(found(success()))
  await t.rejects(w.process(), { message: 'bug in the gateway' })
  const [payment] = (await w.listPayments({ userId: 'ada', status: null, before: null, limit: 10 })).items
  t.match(payment, { status: 'pending', version: 1, lease: { epoch: 1, until: /./ } })
  await t.rejects(w.process(), { code: 'request_in_progress' })
  w.time.advance(LEASE_OVER_MS)
  t.match(await w.process(), { replayed: true, payment: { status: 'succeeded', lease: { epoch: 2, until: null } } })
  t.equal(w.gateway.charges.length, 1)
})

t.test('after the lease the provider is asked first, and charged again only if that is safe', async (t) => {
  const cases: Array<[string, boolean, LookupAnswer, number, string]> = [
    ['it knows of a success', true, found(success()), 1, 'succeeded'],
    ['it knows of a decline', true, found(decline), 1, 'failed'],
    ['it never heard of it', true, notFound, 2, 'succeeded'],
    ['it knows of no charge yet', true, found(), 2, 'succeeded'],
    ['it knows of a refund, but of no charge', true, found({ kind: 'refund', refundId: 're_1', status: 'failed' }), 2, 'succeeded'],
    ['it does not answer', true, unknown, 1, 'pending'],
    ['it knows of a success, but repeats itself', false, found(success()), 1, 'succeeded'],
    ['it never heard of it, but repeats itself', false, notFound, 1, 'pending'],
    ['it knows of no charge yet, but repeats itself', false, found(), 1, 'pending'],
    ['it does not answer, and repeats itself', false, unknown, 1, 'pending'],
  ]
  for (const [name, idempotent, answer, charges, status] of cases) {
    const w = world({ gateways: [new ScriptedGateway({ idempotent })] })
    w.gateway.willCharge(new Error('crash'), success()).willLookup(answer)
    await t.rejects(w.process())
    w.time.advance(LEASE_OVER_MS)
    t.match(await w.process(), { replayed: true, payment: { status, lease: { epoch: 2, until: null } } }, name)
    t.same([w.gateway.charges.length, w.gateway.lookups.length], [charges, 1], name)
    t.equal(new Set(w.gateway.charges.map(({ payment, token }) => `${payment.paymentId} ${token}`)).size, 1, 'each time the same charge')
  }
})

t.test('a look-up with another amount settles nothing and charges nothing', async (t) => {
  const w = world()
  w.gateway.willCharge(new Error('crash')).willLookup(found({ kind: 'succeeded', reference: 'ref-1', amount: 1, currency: 'TRY' }))
  await t.rejects(w.process())
  w.time.advance(LEASE_OVER_MS)
  t.match(await w.process(), { payment: { status: 'pending', capturedAmount: 0, flags: ['amount_mismatch'] } })
  t.equal(w.gateway.charges.length, 1)
})

t.test('bad requests store nothing and charge nothing', async (t) => {
  const w = world()
  const cases: Array<[Parameters<typeof w.process>[0], string]> = [
    [{ amount: 0 }, 'invalid_amount'], [{ amount: 1.5 }, 'invalid_amount'], [{ currency: 'TL' }, 'unsupported_currency'],
    [{ items: [{ name: 'light', quantity: 1, unitAmount: 1 }] }, 'items_total_mismatch'], [{ metadata: { text: 'x'.repeat(9_000) } }, 'metadata_too_large'],
    [{ provider: 'other' }, 'unknown_provider'], [{ returnUrl: 'https://elsewhere.example/' }, 'return_url_not_allowed'],
    [{ returnUrl: `${RETURN_ORIGIN}.evil.example/` }, 'return_url_not_allowed'], [{ returnUrl: `${RETURN_ORIGIN}:8443/` }, 'return_url_not_allowed'],
    [{ returnUrl: `${RETURN_ORIGIN}@evil.example/` }, 'return_url_not_allowed'], [{ returnUrl: 'http://shop.example/' }, 'return_url_not_allowed'],
    [{ returnUrl: 'javascript:alert(1)' }, 'return_url_not_allowed'], [{ returnUrl: '/thanks' }, 'return_url_not_allowed'],
  ]
  for (const [overrides, code] of cases) await t.rejects(w.process(overrides), { code }, JSON.stringify(overrides))
  t.same((await w.listPayments({ userId: 'ada', status: null, before: null, limit: 10 })).items, [])
  t.equal(w.gateway.charges.length, 0)
})

t.test('a request that the provider does not accept is refused before anything is stored', async (t) => {
  const w = world()
  w.gateway.willRefuse(new DomainError('buyer_required', 'the buyer is missing'))
  await t.rejects(w.process(), { code: 'buyer_required' })
  t.match(w.gateway.checks, [{ payment: { status: 'pending', amount: 10_000 }, token: 'tok_ok', callbackUrl: /pay_/ }])
  t.same((await w.listPayments({ userId: 'ada', status: null, before: null, limit: 10 })).items, [])
  t.equal(w.gateway.charges.length, 0)
})

t.test('the first provider is preferred, and any configured one can be named', async (t) => {
  const second = new ScriptedGateway({ provider: 'second' })
  const w = world({ gateways: [new ScriptedGateway(), second] })
  w.gateway.willCharge(success())
  second.willCharge(success())
  t.equal((await w.process()).payment.provider, 'scripted')
  t.equal((await w.process({ provider: 'second' }, 'key-2')).payment.provider, 'second')
  t.equal(second.charges.length, 1)
})
