import type { ChargeRequest, PaymentGateway } from '#application/ports/payment-gateway.js'
import { DomainError } from '#domain/errors.js'
import { charge } from './charge.js'
import { makeClient, type ClientOptions } from './client.js'
import { CURRENCIES, toStripeAmount } from './currency.js'
import type { Timeouts } from '#adapters/exchange/http.js'
import { lookUp } from './lookup.js'
import { orUnknown } from '#adapters/exchange/no-answer.js'
import { refund } from './refund.js'
import { SIGNATURE_HEADER, verifyWebhook } from './webhook.js'

export interface StripeOptions extends Omit<ClientOptions, 'timeouts'> {
  /** Each is taken, so that one can be replaced without a gap. */
  readonly webhookSecrets: readonly string[]
  readonly timeouts?: Timeouts
}

/** A look-up makes up to four calls, which have to end before the minute is over for which nobody else asks. */
const TIMEOUTS: Timeouts = { connectMs: 3_000, totalMs: 12_000 }

/**
 * Stripe behind the port that every provider has. A payment has one attempt at Stripe: all keys follow from its id, so that
 * whatever is repeated is the same payment there.
 */
export function makeStripeGateway ({ webhookSecrets, timeouts = TIMEOUTS, ...options }: StripeOptions): PaymentGateway {
  const stripe = makeClient({ ...options, timeouts })
  return {
    provider: 'stripe',
    capabilities: { idempotent: true, currencies: CURRENCIES },
    signatureHeader: SIGNATURE_HEADER,
    check,
    charge: async (request) => await orUnknown(async () => await charge(stripe, request)),
    lookup: async (payment) => await orUnknown(async () => await lookUp(stripe, payment)),
    refund: async (request) => await orUnknown(async () => await refund(stripe, request)),
    verifyWebhook: (delivery) => verifyWebhook(stripe, delivery, webhookSecrets),
  }
}

function check ({ payment: { amount, currency }, token }: ChargeRequest): void {
  toStripeAmount(amount, currency)
  if (token !== null && !/^pm_\w{1,200}$/.test(token)) throw new DomainError('payment_method_invalid', 'Stripe takes tokens of payment methods, which begin with pm_')
}
