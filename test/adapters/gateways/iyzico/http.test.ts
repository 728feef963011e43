import t from 'tap'
import { aRefund } from '../../../support/builders.js'
import { API_KEY, SECRET_KEY } from '../../../support/iyzico-server.js'
import { startFullServer, startSwitchingServer } from '../../../support/odd-servers.js'
import type { Misbehaviour } from '../../../support/provider-server.js'
import { anIyzicoPayment, aRequest, BUYER, factsOf, gatewayAt, openShop, paidPayment, RE_1, TOKEN, waitingPayment } from './support.js'

const IMPATIENT = { limits: { connectMs: 2_000, totalMs: 200 } }

/** What iyzico may do instead of answering, and why nothing follows from it. */
const MISBEHAVIOURS: ReadonlyArray<readonly [Misbehaviour, RegExp]> = [
  ['silent', /^iyzico did not answer in time$/],
  ['reset', /^the connection to iyzico failed$/],
  ['error_500', /^iyzico answered with status 500$/],
  ['conflict_409', /^iyzico answered with status 409$/],
  ['too_many_429', /^iyzico answered with status 429$/],
  ['html', /^iyzico answered something that is not a JSON object$/],
  ['truncated_json', /^iyzico answered something that is not a JSON object$/],
  ['huge', /^iyzico answered more than 1048576 bytes$/],
  ['redirect', /^iyzico answered with status 302$/],
]

const SECRETS = [SECRET_KEY, API_KEY, String(BUYER.identityNumber), BUYER.email]

t.test('whatever iyzico does instead of answering, the outcome is unknown, and nothing is sent twice', async (t) => {
  for (const [misbehaviour, reason] of MISBEHAVIOURS) {
    const shop = await openShop(t, misbehaviour === 'silent' ? IMPATIENT : {})
    const { server, gateway } = shop
    const patient = { server, gateway: gatewayAt(server.url) }
    const waiting = await waitingPayment(patient)
    const paid = await paidPayment(patient)
    const before = server.requests.length
    const calls: Record<string, () => Promise<unknown>> = {
      charge: async () => await gateway.charge(aRequest()),
      'look-up by token': async () => await gateway.lookup(waiting.payment),
      'look-up by our reference': async () => await gateway.lookup(paid),
      refund: async () => await gateway.refund({ payment: paid, refundId: RE_1, amount: 100 }),
    }
    for (const [name, call] of Object.entries(calls)) {
      server.willMisbehave(misbehaviour)
      const answer = await call()
      t.match(answer, { kind: 'unknown', reason }, `${name}: ${misbehaviour}`)
      for (const secret of SECRETS) t.notMatch(JSON.stringify(answer), secret, 'it may be logged')
    }
    t.equal(server.requests.length, before + 4, misbehaviour)
    t.equal(server.effects().refunds, 0)
  }
})

t.test('a refund whose answer is lost is found by its reference', async (t) => {
  for (const misbehaviour of ['silent_after', 'reset_after', 'error_500_after'] as const) {
    const shop = await openShop(t, IMPATIENT)
    const payment = await paidPayment(shop)
    const reserved = { ...payment, refunds: [aRefund({ refundId: RE_1, amount: 4_000 })] }
    shop.server.willMisbehave(misbehaviour)
    t.match(await shop.gateway.refund({ payment: reserved, refundId: RE_1, amount: 4_000 }), { kind: 'unknown' })
    t.same(factsOf(await shop.gateway.lookup(reserved)), [{ kind: 'refund', refundId: RE_1, status: 'succeeded', amount: 4_000, currency: 'TRY' }], misbehaviour)
    t.equal(shop.server.effects().refunds, 1)
  }
})

t.test('each request has a connection and a random key of its own, and its signature covers its bytes, not its query', async (t) => {
  const shop = await openShop(t)
  const payment = await paidPayment(shop)
  await shop.gateway.lookup(payment)
  const keys = shop.server.requests.map(({ headers }) => String(headers['x-iyzi-rnd']))
  t.equal(new Set(keys).size, 3)
  for (const key of keys) t.match(key, /^[0-9a-f]{32}$/)
  t.same(shop.server.requests.map(({ headers }) => headers.connection), ['close', 'close', 'close'])
  const report = shop.server.requests.at(-1)
  t.match(report, { method: 'GET', path: `/v2/reporting/payment/details?locale=tr&paymentConversationId=${payment.paymentId}` })
  t.equal(report?.body.length, 0)
  const [, encoded = ''] = String(report?.headers.authorization).split(' ')
  t.match(Buffer.from(encoded, 'base64').toString(), /^apiKey:sandbox-api-key-of-the-tests&randomKey:[0-9a-f]{32}&signature:[0-9a-f]{64}$/)
})

t.test('a key that iyzico refuses is no decline of a charge, and leaves everything else unknown', async (t) => {
  const shop = await openShop(t, { secretKey: 'another key' })
  t.same(await shop.gateway.charge(aRequest()), { kind: 'refused', about: 'access', code: '1000' })
  t.same(await shop.gateway.lookup(anIyzicoPayment({ providerReference: TOKEN })), { kind: 'unknown', reason: 'iyzico refused with code 1000' })
  t.same(await shop.gateway.refund({ payment: anIyzicoPayment({ providerReference: '24000000' }), refundId: RE_1, amount: 1 }), { kind: 'unknown', reason: 'iyzico refused a refund with code 1000' })
})

t.test('without a listener or without TLS, the outcome is unknown', async (t) => {
  const { server } = await openShop(t)
  for (const baseUrl of ['http://127.0.0.1:9', server.url.replace('http:', 'https:')]) {
    t.match(await gatewayAt(baseUrl).charge(aRequest()), { kind: 'unknown', reason: 'the connection to iyzico failed' }, baseUrl)
  }
  t.same(server.requests, [])
})

t.test('an answer that changes the protocol does not count, and the wait ends', async (t) => {
  const gateway = gatewayAt(`http://127.0.0.1:${await startSwitchingServer(t)}`)
  t.match(await gateway.charge(aRequest()), { kind: 'unknown', reason: 'the connection to iyzico was closed' })
})

t.test('a connection that is not accepted is given up long before the time-out of an answer', async (t) => {
  const port = await startFullServer(t)
  const gateway = gatewayAt(`http://127.0.0.1:${port}`, { limits: { connectMs: 100, totalMs: 60_000 } })
  t.match(await gateway.charge(aRequest()), { kind: 'unknown', reason: 'iyzico did not take the connection in time' })
})
