import type { Test } from 'tap'
import type { Buyer, ChargeAnswer, PaymentGateway, WebhookDelivery } from '#application/ports/payment-gateway.js'
import type { Payment } from '#domain/payments/payment.js'
import { isChargeFact, type ChargeFact } from '#domain/payments/payment-fact.js'
import { laterBy } from '#domain/time.js'
import { aCapturedPayment, aPayment, refundIdOf } from '../support/builders.js'

/** What the suite needs to know of a provider, or of its stand-in. */
export interface GatewayHarness {
  readonly gateway: PaymentGateway
  /** How often the provider has moved money. */
  readonly effects: () => { readonly charges: number, readonly refunds: number }
  /** Tokens that lead to an outcome; null is the provider's hosted page. */
  readonly tokens: {
    readonly ok: string | null
    readonly declined: string | null
    /** The charge is made, and its answer never arrives. */
    readonly answerLost: string | null
    /** The request never arrives. */
    readonly requestLost: string | null
  }
  readonly declineCode: string
  /** The act of the payer on the hosted page, where the answer leads to one. */
  readonly approve: (answer: ChargeAnswer) => Promise<void>
  /** The same of a payer whose bank declines. */
  readonly decline: (answer: ChargeAnswer) => Promise<void>
  /** A webhook of the payment's success, signed with the secret of the provider or without it. */
  readonly webhook: (payment: Payment, signer: 'provider' | 'stranger') => WebhookDelivery
  /** What such a webhook says: the success itself, or that the provider has to be asked. */
  readonly webhookFact: { readonly kind: 'succeeded' } | 'ask'
  /** How long a webhook may be under way; null where its signature covers no time. */
  readonly webhookAgeMaxMs: number | null
}

/** The promises of the port. Each test gets a provider of its own. */
export function paymentGatewayContract (t: Test, makeHarness: (t: Test) => GatewayHarness | Promise<GatewayHarness>): void {
  t.test('a charge that goes well is the success of our amount in our currency', async (t) => {
    const harness = await makeHarness(t)
    const payment = paymentOf(harness)
    t.match(await charged(harness, payment), { kind: 'succeeded', reference: /./, amount: 10_000, currency: 'TRY' })
    t.equal(harness.effects().charges, 1)
  })

  t.test('a repeat under the same payment id has one effect exactly where the provider says that it is idempotent', async (t) => {
    const harness = await makeHarness(t)
    const payment = paymentOf(harness)
    const first = await charged(harness, payment)
    const repeats = await Promise.all([charged(harness, payment), charged(harness, payment)])
    const { idempotent } = harness.gateway.capabilities
    t.equal(harness.effects().charges, idempotent ? 1 : 3)
    if (idempotent) t.same(repeats, [first, first])
  })

  t.test('another payment is another charge', async (t) => {
    const harness = await makeHarness(t)
    await charged(harness, paymentOf(harness))
    await charged(harness, paymentOf(harness, { paymentId: 'pay_2' }))
    t.equal(harness.effects().charges, 2)
  })

  t.test('a decline is a failure with the code of the decline, and moves no money', async (t) => {
    const harness = await makeHarness(t)
    const payment = paymentOf(harness)
    const answer = await harness.gateway.charge(requestOf(payment, harness.tokens.declined))
    await harness.decline(answer)
    const outcome = answer.kind === 'requires_action' ? await foundCharge(harness, stored(payment, answer)) : answer
    t.match(outcome, { kind: 'failed', failure: { code: harness.declineCode, message: /./ } })
    t.equal(harness.effects().charges, 0)
  })

  t.test('a charge whose answer is lost is unknown, and the look-up finds its success', async (t) => {
    const harness = await makeHarness(t)
    const payment = paymentOf(harness)
    t.match(await harness.gateway.charge(requestOf(payment, harness.tokens.answerLost)), { kind: 'unknown', reason: /./ })
    t.match(await foundCharge(harness, payment), { kind: 'succeeded', amount: 10_000, currency: 'TRY' })
    t.equal(harness.effects().charges, 1)
  })

  t.test('a charge that never arrives is unknown, and the look-up does not find it', async (t) => {
    const harness = await makeHarness(t)
    const payment = paymentOf(harness)
    t.match(await harness.gateway.charge(requestOf(payment, harness.tokens.requestLost)), { kind: 'unknown', reason: /./ })
    t.same(await harness.gateway.lookup(payment), { kind: 'not_found' })
    t.equal(harness.effects().charges, 0)
  })

  t.test('a payment that is canceled before it is paid takes no money afterwards, and one that is paid stays so', async (t) => {
    const harness = await makeHarness(t)
    const payment = paymentOf(harness)
    const answer = await harness.gateway.charge(requestOf(payment, harness.tokens.ok))
    const open = stored(payment, answer)
    const canceled = await harness.gateway.cancel(open)
    t.same(canceled, await harness.gateway.lookup(open), 'it answers what a look-up answers afterwards')
    const isClosed = canceled.kind === 'found' && canceled.facts.some(({ kind }) => kind === 'canceled')
    await harness.approve(answer)
    t.match(await foundCharge(harness, open), { kind: isClosed ? 'canceled' : 'succeeded' })
    t.equal(harness.effects().charges, isClosed ? 0 : 1)
    t.same(await harness.gateway.cancel(open), await harness.gateway.lookup(open), 'a repeat changes nothing')
  })

  t.test('a part of the money goes back once, and the look-up reports it', async (t) => {
    const harness = await makeHarness(t)
    const payment = await capturedPayment(harness)
    const request = { payment, refundId: refundIdOf('1'), amount: 4_000 }
    const first = await harness.gateway.refund(request)
    t.ok(['succeeded', 'pending'].includes(first.kind), first.kind)
    if (harness.gateway.capabilities.idempotent) t.same(await harness.gateway.refund(request), first)
    t.equal(harness.effects().refunds, 1)
    const answer = await harness.gateway.lookup(payment)
    t.ok(answer.kind === 'found' && answer.facts.some((fact) => fact.kind === 'refund' && fact.refundId === refundIdOf('1')))
  })

  t.test('no more goes back than was taken', async (t) => {
    const harness = await makeHarness(t)
    const payment = await capturedPayment(harness)
    await harness.gateway.refund({ payment, refundId: refundIdOf('1'), amount: 4_000 })
    t.match(await harness.gateway.refund({ payment, refundId: refundIdOf('2'), amount: 6_001 }), { kind: 'failed' })
    t.not((await harness.gateway.refund({ payment, refundId: refundIdOf('3'), amount: 6_000 })).kind, 'failed')
    t.equal(harness.effects().refunds, 2)
  })

  t.test('a webhook of the provider is read, and each delivery of it has the same event id', async (t) => {
    const harness = await makeHarness(t)
    const payment = paymentOf(harness)
    const delivery = harness.webhook(payment, 'provider')
    const webhook = harness.gateway.verifyWebhook(delivery)
    t.match(webhook, { eventId: /./, type: /./, paymentId: payment.paymentId, fact: harness.webhookFact })
    t.same(harness.gateway.verifyWebhook(delivery), webhook)
  })

  t.test('a webhook that the provider did not sign as it is, is refused', async (t) => {
    const harness = await makeHarness(t)
    const payment = paymentOf(harness)
    const { gateway } = harness
    const genuine = harness.webhook(payment, 'provider')
    const { [gateway.signatureHeader]: signature, ...unsigned } = genuine.headers
    t.type(signature, 'string', 'it carries the header by which it is found')
    const tampered = new TextEncoder().encode(new TextDecoder().decode(genuine.body).replace(payment.paymentId, 'pay_9'))
    const refused: Record<string, WebhookDelivery> = {
      'another body': { ...genuine, body: tampered },
      'another secret': harness.webhook(payment, 'stranger'),
      'no signature': { ...genuine, headers: unsigned },
      'an empty signature': { ...genuine, headers: { ...genuine.headers, [gateway.signatureHeader]: '' } },
    }
    for (const [name, delivery] of Object.entries(refused)) {
      t.throws(() => gateway.verifyWebhook(delivery), { code: 'invalid_webhook_signature' }, name)
    }
  })

  t.test('a webhook is refused once it is too old, where its signature covers the time', async (t) => {
    const harness = await makeHarness(t)
    const delivery = harness.webhook(paymentOf(harness), 'provider')
    const age = harness.webhookAgeMaxMs
    const late = { ...delivery, now: laterBy(delivery.now, (age ?? 0) + 1000) }
    if (age === null) t.same(harness.gateway.verifyWebhook(late), harness.gateway.verifyWebhook(delivery))
    else t.throws(() => harness.gateway.verifyWebhook(late), { code: 'invalid_webhook_signature' })
  })
}

function paymentOf ({ gateway }: GatewayHarness, overrides: Partial<Payment> = {}): Payment {
  return aPayment({ provider: gateway.provider, ...overrides })
}

/** A buyer of whom everything is told: what a provider has no use for, it leaves aside. */
const BUYER: Buyer = {
  name: 'Ada',
  surname: 'Yılmaz',
  email: 'ada@example.com',
  phone: '+905350000000',
  identityNumber: '74300864791',
  address: 'İstiklal Cd. 1',
  city: 'İstanbul',
  country: 'Turkey',
  zipCode: '34433',
}

function requestOf (payment: Payment, token: string | null) {
  return { payment, token, buyer: BUYER, billingAddress: null, ip: '192.0.2.1', callbackUrl: 'https://api.example/return' }
}

/** The outcome of a charge, once the payer has done their part. */
async function charged (harness: GatewayHarness, payment: Payment): Promise<ChargeFact> {
  const answer = await harness.gateway.charge(requestOf(payment, harness.tokens.ok))
  await harness.approve(answer)
  return await foundCharge(harness, stored(payment, answer))
}

/** The payment as it is kept once the answer has come: with the reference that the provider gave. */
function stored (payment: Payment, answer: ChargeAnswer): Payment {
  return answer.kind === 'unknown' || answer.kind === 'refused' ? payment : { ...payment, providerReference: answer.reference }
}

async function foundCharge ({ gateway }: GatewayHarness, payment: Payment): Promise<ChargeFact> {
  const answer = await gateway.lookup(payment)
  const fact = answer.kind === 'found' ? answer.facts.find(isChargeFact) : undefined
  if (fact === undefined) throw new Error(`the look-up answered ${answer.kind}`)
  return fact
}

async function capturedPayment (harness: GatewayHarness): Promise<Payment> {
  const payment = paymentOf(harness)
  const { reference } = await charged(harness, payment) as Extract<ChargeFact, { kind: 'succeeded' }>
  return aCapturedPayment({ ...payment, status: 'succeeded', capturedAmount: payment.amount, providerReference: reference })
}
