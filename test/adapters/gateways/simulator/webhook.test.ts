import t, { type Test } from 'tap'
import { Webhook } from 'standardwebhooks'
import { delay as realDelay, type Delivery, type DeliveryOptions, makeDelivery, type Undelivered } from '#adapters/exchange/delivery.js'
import { SIMULATOR_LIMITS } from '#adapters/gateways/simulator/simulator.js'
import { signWebhook, webhookKey } from '#adapters/exchange/standard-webhooks.js'
import { type SimulatorEvent, verifyWebhook } from '#adapters/gateways/simulator/webhook.js'
import { clock } from '#adapters/system/system.js'
import type { WebhookDelivery } from '#application/ports/payment-gateway.js'
import { laterBy } from '#domain/time.js'
import { settableClock, START } from '../../../support/builders.js'
import { heldDelay, type Inbox, makeInbox, noDelay, OTHER_SECRET, SECRET, startReceiver } from '../support.js'

const KEY = webhookKey(SECRET)
const START_S = Date.parse(START) / 1000
const DATA = { paymentId: 'pay_1', reference: 'sim_1', amount: 10_000, currency: 'TRY' }
const EVENT: SimulatorEvent = { type: 'payment.succeeded', timestamp: START, data: DATA }

/** A webhook signed by the independent library. */
function signed (body: string | Buffer, { secret = SECRET, eventId = 'evt_1' } = {}): WebhookDelivery {
  const signature = new Webhook(secret).sign(eventId, new Date(START), body)
  return {
    headers: { 'webhook-id': eventId, 'webhook-timestamp': String(START_S), 'webhook-signature': signature },
    body: Buffer.from(body),
    now: START,
  }
}

function withHeaders (delivery: WebhookDelivery, headers: WebhookDelivery['headers']): WebhookDelivery {
  return { ...delivery, headers: { ...delivery.headers, ...headers } }
}

function webhook (type: string, data: object, timestamp = START) {
  return verifyWebhook(signed(JSON.stringify({ type, timestamp, data })), [KEY])
}

t.test('every type of event becomes a fact, with amount and currency as the body has them', async (t) => {
  const failure = { code: 'card_declined', message: 'no' }
  const refund = { ...DATA, amount: 1, refundId: 're_1' }
  const dispute = { ...DATA, amount: 2, disputeId: 'dp_1' }
  const disputed = (status: string) => ({ kind: 'dispute', disputeId: 'dp_1', status, amount: 2, currency: DATA.currency, charge: 'sim_1', at: START })
  const facts = [
    ['payment.succeeded', DATA, { kind: 'succeeded', reference: 'sim_1', amount: 10_000, currency: 'TRY' }],
    ['payment.succeeded', { ...DATA, amount: 7, currency: 'JPY', more: true }, { kind: 'succeeded', reference: 'sim_1', amount: 7, currency: 'JPY' }],
    ['payment.succeeded', { ...DATA, charged: 11_000, installments: 3 }, { kind: 'succeeded', reference: 'sim_1', amount: 10_000, currency: 'TRY', charged: 11_000, installments: 3 }],
    ['payment.processing', DATA, { kind: 'processing', reference: 'sim_1' }],
    ['payment.canceled', DATA, { kind: 'canceled', reference: 'sim_1' }],
    ['payment.failed', { ...DATA, failure }, { kind: 'failed', reference: 'sim_1', failure }],
    ['payment.failed', DATA, { kind: 'failed', reference: 'sim_1', failure: { code: 'payment_failed', message: 'the provider gave no reason' } }],
    ['refund.succeeded', refund, { kind: 'refund', refundId: 're_1', status: 'succeeded', amount: 1, currency: DATA.currency, charge: 'sim_1' }],
    ['refund.failed', refund, { kind: 'refund', refundId: 're_1', status: 'failed', amount: 1, currency: DATA.currency, charge: 'sim_1' }],
    ['refund.failed', { ...refund, refundReference: 'rf_1', failure }, { kind: 'refund', refundId: 're_1', status: 'failed', amount: 1, currency: DATA.currency, charge: 'sim_1', reference: 'rf_1', failure }],
    ['refund.succeeded', { ...DATA, refundReference: 'rf_1' }, { kind: 'refund', refundId: null, status: 'succeeded', amount: 10_000, currency: DATA.currency, charge: 'sim_1', reference: 'rf_1' }],
    ['dispute.opened', dispute, disputed('open')],
    ['dispute.won', dispute, disputed('won')],
    ['dispute.lost', dispute, disputed('lost')],
    ['dispute.warned', dispute, disputed('warning')],
    ['dispute.prevented', dispute, disputed('prevented')],
  ] as const
  t.match(webhook('dispute.won', dispute, '2026-03-01T15:00:00+03:00').fact, { at: START })
  t.same(webhook('dispute.won', dispute, '2026-03-01Tnoon').fact, { kind: 'dispute', disputeId: 'dp_1', status: 'won', amount: 2, currency: DATA.currency, charge: 'sim_1' })
  for (const [type, data, fact] of facts) t.same(webhook(type, data), { eventId: 'evt_1', type, paymentId: 'pay_1', providerReference: 'sim_1', fact }, type)
})

t.test('an event of an unknown type belongs to no payment', async (t) => {
  t.same(webhook('invoice.paid', { whatever: 1 }), { eventId: 'evt_1', type: 'invoice.paid', paymentId: null, providerReference: null, fact: null })
})

t.test('a signed webhook that is not readable is invalid', async (t) => {
  const { amount, ...withoutAmount } = DATA
  const bodies = [
    '', '{', 'null', '[]', '"text"', '{}', '{"type":7}', '{"type":""}', Buffer.from('{"type":"\xff"}', 'latin1'),
    JSON.stringify({ type: 'payment.succeeded', timestamp: START, data: withoutAmount }),
    JSON.stringify({ type: 'payment.succeeded', timestamp: START, data: { ...DATA, amount: String(amount) } }),
    JSON.stringify({ type: 'payment.succeeded', timestamp: START, data: { ...DATA, amount: 1.5 } }),
    JSON.stringify({ type: 'payment.succeeded', timestamp: START, data: { ...DATA, amount: -1 } }),
    JSON.stringify({ type: 'payment.succeeded', timestamp: START, data: { ...DATA, amount: 2 ** 53 } }),
    JSON.stringify({ type: 'payment.succeeded', timestamp: START, data: { ...DATA, currency: 'try' } }),
    JSON.stringify({ type: 'payment.succeeded', timestamp: START, data: { ...DATA, paymentId: '' } }),
    JSON.stringify({ type: 'payment.succeeded', timestamp: 'yesterday', data: DATA }),
    JSON.stringify({ type: 'payment.failed', timestamp: START, data: { ...DATA, failure: 'no' } }),
    JSON.stringify({ type: 'refund.failed', timestamp: START, data: DATA }),
    JSON.stringify({ type: 'dispute.won', timestamp: START, data: DATA }),
  ]
  for (const body of bodies) {
    const delivery = withHeaders(signed('x'), { 'webhook-signature': signWebhook(KEY, 'evt_1', START_S, body) })
    t.throws(() => verifyWebhook({ ...delivery, body: Buffer.from(body) }, [KEY]), { code: 'invalid_webhook' }, body.toString())
  }
})

t.test('any of several signatures may match any of several secrets', async (t) => {
  const body = JSON.stringify(EVENT)
  const [ours, old] = [signed(body), signed(body, { secret: OTHER_SECRET })]
  const keys = [KEY, webhookKey(OTHER_SECRET)]
  const several = `v1,AAAA v2,${'x'.repeat(44)} ${String(ours.headers['webhook-signature'])} v1a,zz`
  for (const delivery of [ours, old, withHeaders(ours, { 'webhook-signature': several })]) {
    t.match(verifyWebhook(delivery, keys), { eventId: 'evt_1', fact: { kind: 'succeeded' } })
  }
  t.throws(() => verifyWebhook(old, [KEY]), { code: 'invalid_webhook_signature' })
})

t.test('a signature covers id, time and every byte of the body', async (t) => {
  const genuine = signed(JSON.stringify(EVENT))
  const signature = String(genuine.headers['webhook-signature'])
  const refused: Record<string, WebhookDelivery> = {
    'another id': withHeaders(genuine, { 'webhook-id': 'evt_2' }),
    'another time': withHeaders(genuine, { 'webhook-timestamp': String(START_S + 1) }),
    'one more space': { ...genuine, body: Buffer.from(`${JSON.stringify(EVENT)} `) },
    'another version': withHeaders(genuine, { 'webhook-signature': signature.replace('v1,', 'v2,') }),
    'no version': withHeaders(genuine, { 'webhook-signature': signature.slice(3) }),
    'another spelling of the same bytes': withHeaders(genuine, { 'webhook-signature': signature.replace('=', '') }),
    'no id': withHeaders(genuine, { 'webhook-id': undefined }),
    'an empty id': withHeaders(genuine, { 'webhook-id': '' }),
    'no time': withHeaders(genuine, { 'webhook-timestamp': undefined }),
    'a time that is no number': withHeaders(genuine, { 'webhook-timestamp': `${START_S}.0` }),
    'a list of signatures': withHeaders(genuine, { 'webhook-signature': [signature] }),
  }
  for (const [name, delivery] of Object.entries(refused)) {
    t.throws(() => verifyWebhook(delivery, [KEY]), { code: 'invalid_webhook_signature' }, name)
  }
})

t.test('a webhook is accepted up to five minutes before and after its time, and not a second more', async (t) => {
  const delivery = signed(JSON.stringify(EVENT))
  for (const offset of [-300_000, 300_000]) t.ok(verifyWebhook({ ...delivery, now: laterBy(START, offset) }, [KEY]))
  for (const offset of [-301_000, 301_000]) {
    t.throws(() => verifyWebhook({ ...delivery, now: laterBy(START, offset) }, [KEY]), { code: 'invalid_webhook_signature' }, String(offset))
  }
})

interface Sender extends Delivery<SimulatorEvent> {
  readonly givenUp: Inbox<Undelivered>
}

function startDelivery (t: Test, overrides: Partial<DeliveryOptions> & Pick<DeliveryOptions, 'webhookUrl'>): Sender {
  const givenUp = makeInbox<Undelivered>()
  const delivery = makeDelivery<SimulatorEvent>({ key: KEY, clock: () => START, delay: noDelay, onGivenUp: givenUp.put, ...SIMULATOR_LIMITS, ...overrides })
  t.teardown(delivery.close)
  return { ...delivery, givenUp }
}

t.test('a webhook arrives as any Standard Webhooks library expects it', async (t) => {
  const { url, received } = await startReceiver(t)
  const { send } = startDelivery(t, { webhookUrl: () => url, clock })
  await send('evt_7', EVENT)
  const { headers, body } = await received.next()
  t.match(headers, { 'content-type': 'application/json', 'webhook-id': 'evt_7' })
  t.same(new Webhook(SECRET).verify(body, headers as Record<string, string>), EVENT)
})

t.test('a webhook is sent again, signed anew under the same id, until it is accepted', async (t) => {
  const { url, received } = await startReceiver(t, (count) => [503, 404, 200][count - 1] ?? 500)
  const time = settableClock()
  const waited: number[] = []
  const delay = async (milliseconds: number): Promise<void> => {
    waited.push(milliseconds)
    time.advance(milliseconds)
  }
  const { send, givenUp } = startDelivery(t, { webhookUrl: () => url, delay, clock: time.clock, backoffMs: 1000 })
  await send('evt_1', EVENT)
  t.same(waited, [1000, 2000])
  t.same(received.items.map(({ headers }) => headers['webhook-id']), ['evt_1', 'evt_1', 'evt_1'])
  t.same(received.items.map(({ headers }) => Number(headers['webhook-timestamp']) - START_S), [0, 1, 3])
  for (const { headers, body } of received.items) t.ok(verifyWebhook({ headers, body, now: time.clock() }, [KEY]))
  t.same(givenUp.items, [])
})

t.test('a webhook that is never accepted is given up after its tries', async (t) => {
  const { url, received } = await startReceiver(t, () => 500)
  const { send, givenUp } = startDelivery(t, { webhookUrl: () => url, triesMax: 3 })
  await send('evt_1', EVENT)
  t.equal(received.items.length, 3)
  t.match(givenUp.items, [{ eventId: 'evt_1', type: 'payment.succeeded', tries: 3, error: { message: /500/ } }])
})

t.test('no answer in time, a redirect, no listener and no address yet are failures as well', async (t) => {
  const hanging = await startReceiver(t, () => null)
  const redirecting = await startReceiver(t, () => 302)
  const cases: Array<[() => string, object]> = [
    [() => hanging.url, { name: 'NoAnswer', message: 'the service did not answer in time' }],
    [() => redirecting.url, { message: 'the webhook was answered with 302' }],
    [() => 'http://127.0.0.1:1/', { name: 'NoAnswer', message: 'the connection to the service failed' }],
    [() => { throw new Error('not listening yet') }, { message: 'not listening yet' }],
  ]
  for (const [webhookUrl, error] of cases) {
    const { send, givenUp } = startDelivery(t, { webhookUrl, timeoutMs: 100, triesMax: 1 })
    await send('evt_1', EVENT)
    t.match(givenUp.items, [{ tries: 1, error }])
  }
  t.equal(redirecting.received.items.length, 1)
})

t.test('the number of webhooks in flight is limited, and the others wait for their turn', async (t) => {
  const { url, received, openMax } = await startReceiver(t, () => null)
  const { send } = startDelivery(t, { webhookUrl: () => url, inFlightMax: 2 })
  const all = Promise.all(['1', '2', '3', '4', '5'].map(async (eventId) => { await send(eventId, EVENT) }))
  const [first, second, third] = [await received.next(), await received.next(), received.next()]
  first.answer(200)
  ;(await third).answer(200)
  second.answer(200)
  for (const last of [received.next(), received.next()]) (await last).answer(200)
  await all
  t.equal(received.items.length, 5)
  t.equal(openMax(), 2)
})

t.test('a webhook beyond the limit is given up at once', async (t) => {
  const { url, received } = await startReceiver(t, () => null)
  const { send, givenUp } = startDelivery(t, { webhookUrl: () => url, inFlightMax: 1, pendingMax: 2 })
  const [first, second] = [send('evt_1', EVENT), send('evt_2', EVENT)]
  await send('evt_3', EVENT)
  t.match(givenUp.items, [{ eventId: 'evt_3', tries: 0, error: { message: /waiting/ } }])
  for (const sent of [first, second]) {
    (await received.next()).answer(200)
    await sent
  }
  const fourth = send('evt_4', EVENT)
  ;(await received.next()).answer(200)
  await fourth
  t.equal(givenUp.items.length, 1)
})

t.test('closing waits for what is in flight and drops what waits', async (t) => {
  const { url, received } = await startReceiver(t, () => null)
  const { delay, waits } = heldDelay()
  const { send, close, givenUp } = startDelivery(t, { webhookUrl: () => url, inFlightMax: 1, delay })
  const retried = send('evt_1', EVENT)
  ;(await received.next()).answer(500)
  const backoff = await waits.next()
  const inFlight = send('evt_2', EVENT)
  const queued = send('evt_3', EVENT)
  const { answer } = await received.next()
  let closed = false
  const closing = close().then(() => { closed = true })
  await send('evt_4', EVENT)
  t.equal(closed, false)
  answer(500)
  backoff.end()
  await Promise.all([closing, inFlight, queued, retried, close()])
  t.same(received.items.map(({ headers }) => headers['webhook-id']), ['evt_1', 'evt_2'])
  t.same(givenUp.items, [])
})

t.test('waits take their time, and keep no process alive', async (t) => {
  const start = performance.now()
  const alive = setTimeout(() => {}, 10_000)
  await realDelay(20)
  clearTimeout(alive)
  t.ok(performance.now() - start >= 19)
})
