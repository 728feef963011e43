import type Stripe from 'stripe'
import type { ChargeFact } from '#domain/payments/payment-fact.js'
import type { Payment } from '#domain/payments/payment.js'
import { publicMessage } from './client.js'
import { fromStripe } from './currency.js'
import { safeCode } from './error-code.js'
import { NoAnswer } from '#adapters/exchange/no-answer.js'

/** Stripe's id of a payment; that of a page begins otherwise. */
export function isIntentId (reference: string): boolean {
  return /^pi_\w{1,200}$/.test(reference)
}

/** That the answer is of the payment, and of its amount. What was taken is compared by whoever settles the payment. @throws NoAnswer */
export function checkIntent (intent: Stripe.PaymentIntent, payment: Payment): void {
  if (!isIntentId(String(intent.id)) || intent.metadata['paymentId'] !== payment.paymentId) throw new NoAnswer('Stripe answered for another payment')
  if (intent.status === 'succeeded') return
  const { amount, currency } = fromStripe(intent.amount, intent.currency)
  if (amount !== payment.amount || currency !== payment.currency) throw new NoAnswer('Stripe answered another amount')
}

/** How a payment stands; null if nobody has tried to pay it yet. @throws NoAnswer */
export function intentFact (intent: Stripe.PaymentIntent): ChargeFact | null {
  const { id: reference, last_payment_error: error } = intent
  switch (intent.status) {
    case 'succeeded': return { kind: 'succeeded', reference, ...fromStripe(intent.amount_received, intent.currency) }
    case 'processing': return { kind: 'processing', reference }
    case 'canceled': return { kind: 'canceled', reference }
    case 'requires_action': return { kind: 'requires_action', reference, nextAction: { type: 'redirect', url: secureUrl(intent.next_action?.redirect_to_url?.url) } }
    case 'requires_confirmation': return null
    case 'requires_payment_method':
      return error == null ? null : { kind: 'failed', reference, failure: { code: safeCode(error.decline_code, error.code), message: publicMessage(error.message) } }
    default: throw new NoAnswer('Stripe answered a status that is not known here')
  }
}

/** An address that the payer may be sent to. @throws NoAnswer */
export function secureUrl (url: unknown): string {
  if (typeof url !== 'string' || !URL.canParse(url) || new URL(url).protocol !== 'https:') throw new NoAnswer('Stripe gave no address to send the payer to')
  return url
}
