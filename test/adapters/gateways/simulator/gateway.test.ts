import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import Fastify, { type FastifyInstance, type LightMyRequestResponse, type RouteOptions } from 'fastify'
import { Webhook } from 'standardwebhooks'
import t, { type Test } from 'tap'
import { AMOUNTS, TOKENS, TOKEN_SUFFIXES } from '#adapters/gateways/simulator/scenario.js'
import { makeSimulator, type Simulator, type SimulatorOptions } from '#adapters/gateways/simulator/simulator.js'
import { paymentGatewayContract, type GatewayHarness } from '../../../contracts/payment-gateway.contract.js'
import { aPayment, countingIdentity, settableClock, START } from '../../../support/builders.js'
import { heldDelay, noDelay, OTHER_SECRET, SECRET, startReceiver } from '../support.js'

t.test('the promises of the port', async (t) => {
  paymentGatewayContract(t, harness)
})

/** A simulator whose webhooks go nowhere unless it is told where. */
function startSimulator (t: Test, overrides: Partial<SimulatorOptions> = {}): Simulator {
  const simulator = makeSimulator({
    secrets: [SECRET],
    webhookUrl: () => 'http://127.0.0.1:9/nobody-listens',
    pageUrl: (reference) => `https://pay.example/${reference}`,
    clock: settableClock().clock,
    identity: countingIdentity(),
    onGivenUp: () => {},
    delay: noDelay,
    ...overrides,
  })
  t.teardown(simulator.close)
  return simulator
}

function harness (t: Test): GatewayHarness {
  const simulator = startSimulator(t)
  return {
    gateway: simulator.gateway,
    effects: simulator.effects,
    tokens: { ok: 'tok_ok', declined: 'tok_declined', answerLost: 'tok_timeout_charged', requestLost: 'tok_timeout_not_charged' },
    declineCode: 'card_declined',
    approve: async () => {},
    decline: async () => {},
    webhook ({ paymentId, amount, currency }, signer) {
      const body = JSON.stringify({ type: 'payment.succeeded', timestamp: START, data: { paymentId, reference: 'sim_1', amount, currency } })
      const signature = new Webhook(signer === 'provider' ? SECRET : OTHER_SECRET).sign('evt_1', new Date(START), body)
      const headers = { 'webhook-id': 'evt_1', 'webhook-timestamp': String(Date.parse(START) / 1000), 'webhook-signature': signature }
      return { headers, body: Buffer.from(body), now: START }
    },
    webhookFact: { kind: 'succeeded' },
    webhookAgeMaxMs: 300_000,
  }
}

t.test('a malformed secret is refused when the service starts', async (t) => {
  for (const secret of ['', 'whsec_', 'whsec_A', 'whsec_not base64', SECRET.slice('whsec_'.length)]) {
    t.throws(() => startSimulator(t, { secrets: [secret] }), { message: /whsec_/ }, secret)
    t.throws(() => startSimulator(t, { secrets: [SECRET, secret] }), { message: /whsec_/ }, secret)
  }
})

interface Shop {
  readonly app: FastifyInstance
  readonly simulator: Simulator
  readonly path: string
  readonly decide: (decision: string) => Promise<LightMyRequestResponse>
}

/** A service with the payment pages, and one payment that waits for its payer. */
async function openShop (t: Test, payment = aPayment(), overrides: Partial<SimulatorOptions> = {}): Promise<Shop> {
  const simulator = startSimulator(t, overrides)
  const app = Fastify()
  t.teardown(async () => { await app.close() })
  await app.register(simulator.pages)
  const answer = await simulator.gateway.charge({ payment, token: 'tok_requires_action', buyer: null, billingAddress: null, ip: '192.0.2.1', callbackUrl: 'https://api.example/return' })
  const path = `/simulator/pay/${answer.kind === 'requires_action' ? answer.reference : ''}`
  return { app, simulator, path, decide: (decision) => submit(app, path, `decision=${decision}`) }
}

async function submit (app: FastifyInstance, path: string, payload: string): Promise<LightMyRequestResponse> {
  return await app.inject({ method: 'POST', url: path, payload, headers: { 'content-type': 'application/x-www-form-urlencoded' } })
}

t.test('the page shows the payment as text, with both decisions, and loads only its own style', async (t) => {
  const { app, path } = await openShop(t, aPayment({ orderId: '<b>"1" & \'2\'</b>', returnUrl: 'https://shop.example:8443/done?order=1' }))
  const { statusCode, headers, body } = await app.inject(path)
  t.equal(statusCode, 200)
  t.equal(headers['content-type'], 'text/html; charset=utf-8')
  t.match(body, '100.00 TRY')
  t.match(body, 'Order &#60;b&#62;&#34;1&#34; &#38; &#39;2&#39;&#60;/b&#62;<br>')
  t.same([...body.matchAll(/<button name="decision" value="(\w+)">/g)].map(([, value]) => value), ['approve', 'refuse'])
  const style = /<style>(.*)<\/style>/s.exec(body)?.[1] ?? ''
  const hash = createHash('sha256').update(style).digest('base64')
  t.equal(headers['content-security-policy'],
    `default-src 'none'; style-src 'sha256-${hash}'; form-action 'self' https://shop.example:8443; base-uri 'none'; frame-ancestors 'none'`)
  t.match(headers, { 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' })
})

t.test('the page speaks Turkish to a browser that prefers it', async (t) => {
  const { app, path } = await openShop(t, aPayment())
  const headers = { 'accept-language': 'tr' }
  t.match((await app.inject({ url: path, headers })).body, /<html lang="tr">.*Deneme ödemesi.*>Onayla<.*>Reddet</s)
  t.match(await app.inject({ url: '/simulator/pay/none', headers }), { statusCode: 404, body: /Böyle bir ödeme yok/ })
  t.match(await app.inject({ method: 'POST', url: path, headers }), { statusCode: 400, body: /Seçim yapılmadı/ })
})

t.test('the payer goes back to the shop once the shop knows of the approval', async (t) => {
  const receiver = await startReceiver(t, () => null)
  const { decide, simulator } = await openShop(t, aPayment({ returnUrl: 'https://shop.example/done?order=1&status=old' }),
    { webhookUrl: () => receiver.url, delay: heldDelay().delay })
  let redirected = false
  const answer = decide('approve').then((response) => {
    redirected = true
    return response
  })
  const webhook = await receiver.received.next()
  t.match(JSON.parse(webhook.body.toString()), { type: 'payment.succeeded', data: { paymentId: 'pay_1', amount: 10_000 } })
  t.equal(redirected, false)
  webhook.answer(200)
  t.match(await answer, { statusCode: 303, headers: { location: 'https://shop.example/done?order=1&status=succeeded&paymentId=pay_1' } })
  t.same(simulator.effects(), { charges: 1, refunds: 0 })
})

t.test('the payer does not wait for a shop that does not accept its webhook', async (t) => {
  const receiver = await startReceiver(t, () => null)
  const { delay, waits } = heldDelay()
  const { decide } = await openShop(t, aPayment({ returnUrl: 'https://shop.example/done' }),
    { webhookUrl: () => receiver.url, delay, limits: { newsWaitMs: 1234 } })
  const answer = decide('approve')
  const webhook = await receiver.received.next()
  const wait = await waits.next()
  t.equal(wait.milliseconds, 1234)
  wait.end()
  t.equal((await answer).statusCode, 303)
  webhook.answer(200)
})

t.test('a second decision changes nothing and leads to the same place', async (t) => {
  const { decide, simulator } = await openShop(t, aPayment({ returnUrl: 'https://shop.example/done' }))
  for (const decision of ['approve', 'refuse', 'approve']) {
    t.match(await decide(decision), { statusCode: 303, headers: { location: 'https://shop.example/done?paymentId=pay_1&status=succeeded' } })
  }
  t.equal(simulator.effects().charges, 1)
})

t.test('a payment that the payer refuses has failed', async (t) => {
  const { decide, simulator } = await openShop(t, aPayment({ returnUrl: 'https://shop.example/done' }))
  t.match(await decide('refuse'), { headers: { location: 'https://shop.example/done?paymentId=pay_1&status=failed' } })
  t.match(await simulator.gateway.lookup(aPayment()), { kind: 'found', facts: [{ kind: 'failed', failure: { code: 'refused_by_payer' } }] })
  t.equal(simulator.effects().charges, 0)
})

t.test('without an address to return to, the page shows the outcome', async (t) => {
  for (const [decision, result] of [['approve', 'The payment was approved.'], ['refuse', 'The payment was refused.']] as const) {
    const { app, path, decide } = await openShop(t)
    t.match((await app.inject(path)).headers, { 'content-security-policy': "form-action 'self';" })
    for (const response of [await decide(decision), await app.inject(path)]) {
      t.match(response, { statusCode: 200, body: result })
      t.notMatch(response.body, '<button')
    }
  }
})

t.test('a payment page that does not exist, and a form that decides nothing, are pages of their own', async (t) => {
  const { app, path, decide, simulator } = await openShop(t)
  t.match(await app.inject('/simulator/pay/sim_unknown'), { statusCode: 404, body: 'No such payment' })
  t.match(await submit(app, '/simulator/pay/sim_unknown', 'decision=approve'), { statusCode: 404, body: 'No such payment' })
  t.match(await decide('perhaps'), { statusCode: 400, body: 'No decision' })
  t.match(await app.inject({ method: 'POST', url: path }), { statusCode: 400, body: 'No decision' })
  t.match(await submit(app, path, `decision=approve&more=${'x'.repeat(1024)}`), { statusCode: 413 })
  t.match(await app.inject({ method: 'POST', url: path, payload: { decision: 'approve' } }), { statusCode: 415 })
  t.same(simulator.effects(), { charges: 0, refunds: 0 })
})

t.test('its routes are public, absent from the API document, and the only ones that accept forms', async (t) => {
  const routes: RouteOptions[] = []
  const app = Fastify()
  t.teardown(async () => { await app.close() })
  app.addHook('onRoute', (route) => { routes.push(route) })
  app.post('/elsewhere', async () => 'never')
  await app.register(startSimulator(t).pages)
  const pages = routes.filter(({ url }) => url.startsWith('/simulator'))
  t.same(pages.map(({ method }) => method), ['GET', 'HEAD', 'POST'])
  for (const { config, schema } of pages) t.match({ config, schema }, { config: { policy: 'public' }, schema: { hide: true } })
  t.equal((await submit(app, '/elsewhere', 'a=b')).statusCode, 415)
})

t.test('the handbook lists every token, suffix and amount, and no other', async (t) => {
  const handbook = readFileSync('docs/simulator.md', 'utf8')
  const listed = [...handbook.matchAll(/^\| `([^`]+)` \|/gm)].map(([, name]) => name)
  t.same(listed, [...TOKENS, ...TOKEN_SUFFIXES])
  const amounts = [...handbook.matchAll(/^\| (\d+) \| `([^`]+)` \|$/gm)].map(([, amount, token]) => [amount, token])
  t.same(amounts, Object.entries(AMOUNTS))
})

t.test('an invented table of installments shows what they cost', async (t) => {
  const { gateway: { installments } } = startSimulator(t)
  const found = await installments?.find({ amount: 10_000, currency: 'TRY', bin: null })
  t.match(found, { kind: 'found', cards: [{ bank: 'Simulator Bank', installments: [{ count: 1, monthly: 10_000, total: 10_000 }, { count: 2, total: 10_200 }, { count: 3, monthly: 3_433, total: 10_300 }, {}, {}, { count: 12 }] }] })
})
