import t from 'tap'
import { makeClient, meaningOf, publicMessage, safeCode } from '#adapters/gateways/stripe/client.js'
import { aRefund } from '../../../support/builders.js'
import { startFullServer, startSwitchingServer } from '../../../support/odd-servers.js'
import { type Misbehaviour, startProviderServer } from '../../../support/provider-server.js'
import { error, STRIPE_KEY } from '../../../support/stripe-server.js'
import { aRequest, aStripePayment, factsOf, gatewayAt, openShop, paidPayment } from './support.js'

const IMPATIENT = { limits: { connectMs: 2_000, totalMs: 250 } }

const MISBEHAVIOURS: ReadonlyArray<readonly [Misbehaviour, RegExp]> = [
  ['silent', /^Stripe did not answer in time$/],
  ['reset', /^the connection to Stripe failed$/],
  ['error_500', /^Stripe answered with status 500$/],
  ['conflict_409', /^Stripe answered with status 409$/],
  ['too_many_429', /^Stripe answered with status 429$/],
  ['html', /^Stripe answered something that is not a JSON object$/],
  ['truncated_json', /^Stripe answered something that is not a JSON object$/],
  ['huge', /^Stripe answered more than 1048576 bytes$/],
  ['redirect', /^Stripe answered something that is not a JSON object$/],
]

t.test('whatever Stripe does instead of answering, the outcome is unknown, and nothing is sent twice', async (t) => {
  for (const [misbehaviour, reason] of MISBEHAVIOURS) {
    const shop = await openShop(t)
    const gateway = misbehaviour === 'silent' ? gatewayAt(shop.server.url, IMPATIENT) : shop.gateway
    const paid = await paidPayment(shop)
    const before = shop.server.requests.length
    const calls: Record<string, () => Promise<unknown>> = {
      charge: async () => await gateway.charge(aRequest('pm_card_visa', aStripePayment({ paymentId: 'pay_2' }))),
      page: async () => await gateway.charge(aRequest(null)),
      'look-up': async () => await gateway.lookup(paid),
      'look-up by our reference': async () => await gateway.lookup(aStripePayment()),
      'look-up of a page': async () => await gateway.lookup(aStripePayment({ providerReference: 'cs_test_1' })),
      refund: async () => await gateway.refund({ payment: paid, refundId: 're_1', amount: 100 }),
    }
    for (const [name, call] of Object.entries(calls)) {
      shop.server.willMisbehave(misbehaviour)
      t.match(await call(), { kind: 'unknown', reason }, `${name}: ${misbehaviour}`)
    }
    t.equal(shop.server.requests.length, before + 6, misbehaviour)
    t.same(shop.server.effects(), { charges: 1, refunds: 0 })
  }
})

t.test('a charge or a refund whose answer is lost is found by our reference, and a repeat changes nothing', async (t) => {
  for (const misbehaviour of ['silent_after', 'reset_after', 'error_500_after'] as const) {
    const shop = await openShop(t)
    const gateway = gatewayAt(shop.server.url, { limits: { connectMs: 2_000, totalMs: 1_000 } })
    shop.server.willMisbehave('none', misbehaviour)
    t.match(await gateway.charge(aRequest()), { kind: 'unknown' })
    t.match(factsOf(await shop.gateway.lookup(aStripePayment())), [{ kind: 'succeeded', reference: 'pi_1' }])
    const payment = await paidPayment(shop)
    const reserved = { ...payment, refunds: [aRefund({ refundId: 're_1', amount: 4_000 })] }
    shop.server.willMisbehave(misbehaviour)
    t.match(await gateway.refund({ payment: reserved, refundId: 're_1', amount: 4_000 }), { kind: 'unknown' })
    t.match(factsOf(await shop.gateway.lookup(reserved)), [{}, { kind: 'refund', refundId: 're_1', status: 'succeeded', amount: 4_000, currency: 'TRY' }])
    t.same(shop.server.effects(), { charges: 1, refunds: 1 }, misbehaviour)
  }
})

t.test('each request has a connection of its own, our version of the API, and each write a key that follows from our ids', async (t) => {
  const shop = await openShop(t)
  const payment = await paidPayment(shop)
  await shop.gateway.refund({ payment, refundId: 're_1', amount: 100 })
  await shop.gateway.charge(aRequest(null))
  t.same(shop.server.requests.map(({ headers }) => headers['idempotency-key']), ['pay_1:create', 'pay_1:confirm', 're_1', 'pay_1:page'])
  t.same(new Set(shop.server.requests.map(({ headers }) => `${headers.connection} ${String(headers['stripe-version'])}`)), new Set(['close 2026-10-28.endive']))
})

t.test('the meaning of an error of Stripe', async (t) => {
  const table: ReadonlyArray<readonly [status: number, type: string, code: string, meaning: string]> = [
    [402, 'card_error', 'card_declined', 'declined'],
    [402, 'card_error', 'expired_card', 'declined'],
    [400, 'invalid_request_error', 'amount_too_small', 'refused'],
    [404, 'invalid_request_error', 'resource_missing', 'refused'],
    [400, 'invalid_request_error', 'rate_limit', 'unknown'],
    [400, 'invalid_request_error', 'lock_timeout', 'unknown'],
    [400, 'idempotency_error', 'idempotency_key_in_use', 'unknown'],
    [400, 'idempotency_error', '', 'unknown'],
    [400, 'api_error', '', 'unknown'],
    [401, 'invalid_request_error', '', 'unknown'],
    [403, 'invalid_request_error', '', 'unknown'],
    [409, 'invalid_request_error', 'idempotency_key_in_use', 'unknown'],
    [409, 'card_error', 'card_declined', 'unknown'],
    [429, 'invalid_request_error', 'rate_limit', 'unknown'],
    [500, 'card_error', 'card_declined', 'unknown'],
    [503, 'api_error', '', 'unknown'],
  ]
  for (const [status, type, code, meaning] of table) {
    t.equal(meaningOf(status, type, code), meaning, `${status} ${type} ${code}`)
    const server = await startProviderServer(t, () => error(status, type, code, `about ${STRIPE_KEY}`))
    const answer = await gatewayAt(server.url).charge(aRequest(null))
    const kinds: Readonly<Record<string, string>> = { declined: 'failed', refused: 'refused' }
    t.equal(answer.kind, [401, 403].includes(status) ? 'refused' : kinds[meaning] ?? 'unknown', `${status} ${type} ${code}`)
    t.notMatch(JSON.stringify(answer), /sk_test/)
    t.equal(server.requests.length, 1)
  }
  t.equal(safeCode('Bearer sk_test_1 A'), 'no_code')
})

t.test('a key that Stripe refuses is no decline of a charge, leaves everything else unknown, and is in no answer', async (t) => {
  const { server, gateway } = await openShop(t, { secretKey: 'sk_test_another' })
  t.same(await gateway.charge(aRequest()), { kind: 'refused', about: 'access', code: 'api_key_invalid' })
  t.equal(server.requests.length, 1)
  const unknown = { kind: 'unknown', reason: 'Stripe refused our key with status 401' }
  t.same(await gateway.lookup(aStripePayment()), unknown)
  t.same(await gateway.refund({ payment: aStripePayment({ providerReference: 'pi_1' }), refundId: 're_1', amount: 1 }), unknown)
})

t.test('a decline keeps its words for the payer, and nothing that looks like a key', async (t) => {
  const server = await startProviderServer(t, () => error(402, 'card_error', 'card_declined', `Declined under ${STRIPE_KEY}`))
  t.same(await gatewayAt(server.url).charge(aRequest()), { kind: 'failed', reference: null, failure: { code: 'card_declined', message: 'Declined under …' } })
  const silent = await startProviderServer(t, () => error(402, 'card_error', 'card_declined', ''))
  t.match(await gatewayAt(silent.url).charge(aRequest()), { failure: { message: 'the bank gave no reason' } })
})

t.test('without a listener or without TLS, the outcome is unknown', async (t) => {
  const { server } = await openShop(t)
  for (const baseUrl of ['http://127.0.0.1:9', 'http://127.0.0.1', server.url.replace('http:', 'https:')]) {
    t.same(await gatewayAt(baseUrl).charge(aRequest()), { kind: 'unknown', reason: 'the connection to Stripe failed' }, baseUrl)
  }
  t.same(server.requests, [])
})

t.test('an error without a message, or an answer that is a stream, does no harm', async (t) => {
  const { url } = await startProviderServer(t, () => ({ body: {} }))
  const client = makeClient({ secretKey: STRIPE_KEY, baseUrl: url, limits: { connectMs: 2_000, totalMs: 5_000 } })
  const refusal = await client.quotes.pdf('qt_1').catch((error: unknown) => error)
  t.match(refusal, { detail: { message: /are not read as streams/ } })
  t.equal(publicMessage(undefined), 'the bank gave no reason')
})

t.test('an answer that changes the protocol does not count, and a connection that is not accepted is given up early', async (t) => {
  const charged = async (port: number, connectMs: number) => await gatewayAt(`http://127.0.0.1:${port}`, { limits: { connectMs, totalMs: 60_000 } }).charge(aRequest())
  t.match(await charged(await startSwitchingServer(t), 2_000), { kind: 'unknown', reason: 'the connection to Stripe was closed' })
  t.match(await charged(await startFullServer(t), 100), { kind: 'unknown', reason: 'Stripe did not take the connection in time' })
})
