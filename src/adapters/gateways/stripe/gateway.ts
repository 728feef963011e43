import type { ChargeRequest, PaymentGateway } from '#application/ports/payment-gateway.js'
import { DomainError } from '#domain/errors.js'
import { checkAccess } from './access.js'
import { cancel, charge, lookUp } from './charge.js'
import { type ClientOptions, makeClient } from './client.js'
import { CURRENCIES, toStripeAmount } from './currency.js'
import { orRefused, orUnknown, type Limits } from '#adapters/exchange/http.js'
import { paymentOf } from './intent.js'
import { refund } from './reversal.js'
import { SIGNATURE_HEADER, verifyWebhook } from './webhook.js'

export interface StripeOptions extends Omit<ClientOptions, 'limits'> {
  /** Each is accepted, so that one can be replaced without a gap. */
  readonly webhookSecrets: readonly string[]
  readonly limits?: Limits
}

/** A look-up makes up to four calls, which must end within the minute of its lease. */
const LIMITS: Limits = { connectMs: 3_000, totalMs: 12_000 }

/** A payment has one attempt at Stripe: all idempotency keys follow from its id, so that a repeat is the same payment there. */
export function makeStripeGateway ({ webhookSecrets, limits = LIMITS, ...options }: StripeOptions): PaymentGateway {
  const stripe = makeClient({ ...options, limits })
  return {
    provider: 'stripe',
    capabilities: { idempotent: true, currencies: CURRENCIES },
    signatureHeader: SIGNATURE_HEADER,
    checkAccess: async () => await orRefused(async () => await checkAccess(stripe)),
    check,
    charge: async (request) => await orRefused(async () => await charge(stripe, request)),
    lookup: async (payment) => await orUnknown(async () => await lookUp(stripe, payment)),
    refund: async (request) => await orUnknown(async () => await refund(stripe, request)),
    cancel: async (payment) => await orUnknown(async () => await cancel(stripe, payment)),
    paymentOf: async (reference) => await orUnknown(async () => await paymentOf(stripe, reference)),
    verifyWebhook: (delivery) => verifyWebhook(stripe, delivery, webhookSecrets),
  }
}

function check ({ payment: { amount, currency }, token }: ChargeRequest): void {
  toStripeAmount(amount, currency)
  if (token !== null && !/^pm_\w{1,200}$/.test(token)) throw new DomainError('payment_method_invalid', 'Stripe takes tokens of payment methods, which begin with pm_')
}
