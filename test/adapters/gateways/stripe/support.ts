import { identity } from '#adapters/system/system.js'
import { factAbout } from '#application/payments/provider-call.js'
import Stripe from 'stripe'
import type { Test } from 'tap'
import { makeStripeGateway, type StripeOptions } from '#adapters/gateways/stripe/gateway.js'
import type { ChargeRequest, LookupAnswer, PaymentGateway, WebhookDelivery } from '#application/ports/payment-gateway.js'
import type { PaymentFact } from '#domain/payments/payment-fact.js'
import type { Payment } from '#domain/payments/payment.js'
import { aPayment, START } from '../../../support/builders.js'
import { startStripeServer, STRIPE_KEY, type StripeObject, type StripeServer } from '../../../support/stripe-server.js'

export const WEBHOOK_SECRET = 'whsec_theSecretOfTheTests'
export const OLD_SECRET = 'whsec_theSecretBeforeIt'

export function gatewayAt (baseUrl: string | null, overrides: Partial<StripeOptions> = {}): PaymentGateway {
  return makeStripeGateway({ secretKey: STRIPE_KEY, webhookSecrets: [WEBHOOK_SECRET, OLD_SECRET], baseUrl, limits: { connectMs: 2_000, totalMs: 5_000 }, ...overrides })
}

export interface Shop {
  readonly server: StripeServer
  readonly gateway: PaymentGateway
}

export async function openShop (t: Test, overrides: Partial<StripeOptions> = {}): Promise<Shop> {
  const server = await startStripeServer(t)
  return { server, gateway: gatewayAt(server.url, overrides) }
}

export function aStripePayment (overrides: Partial<Payment> = {}): Payment {
  return aPayment({ provider: 'stripe', ...overrides })
}

export function aRequest (token: string | null = 'pm_card_visa', payment = aStripePayment()): ChargeRequest {
  return { payment, token, buyer: null, billingAddress: null, ip: '192.0.2.1', callbackUrl: 'https://api.example/return' }
}

/** A payment whose money is taken, stored as it is with Stripe's id. */
export async function paidPayment ({ gateway }: Shop, payment = aStripePayment()): Promise<Payment> {
  const answer = await gateway.charge(aRequest('pm_card_visa', payment))
  if (answer.kind !== 'succeeded') throw new Error(`Stripe answered ${answer.kind}`)
  return { ...payment, status: 'succeeded', capturedAmount: payment.amount, providerReference: answer.reference }
}

export function factsOf (answer: LookupAnswer): readonly PaymentFact[] {
  if (answer.kind !== 'found') throw new Error(`the look-up answered ${answer.kind}`)
  return answer.facts.map((fact) => factAbout('pay_1', fact, identity))
}

/** An event as Stripe delivers it, signed by the official package. */
export function delivery (type: string, object: StripeObject, secret = WEBHOOK_SECRET): WebhookDelivery {
  return signed(JSON.stringify({ id: 'evt_1', object: 'event', type, data: { object } }), secret)
}

export function signed (payload: string, secret = WEBHOOK_SECRET): WebhookDelivery {
  const header = new Stripe(STRIPE_KEY).webhooks.generateTestHeaderString({ payload, secret, timestamp: Date.parse(START) / 1000 })
  return { headers: { 'stripe-signature': header }, body: Buffer.from(payload), now: START }
}
