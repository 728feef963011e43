import type Stripe from 'stripe'
import type { PaymentOfAnswer } from '#application/ports/payment-gateway.js'
import type { ChargeFact } from '#domain/payments/payment-fact.js'
import type { Payment } from '#domain/payments/payment.js'
import { ask, publicMessage, safeCode } from './client.js'
import { fromStripe } from './currency.js'
import { nextStepFact } from './next-action.js'
import { NoAnswer } from '#adapters/exchange/http.js'

/** Whether a reference is Stripe's id of a payment intent; ids of pages begin with `cs_`. */
export function isIntentId (reference: string): boolean {
  return /^pi_\w{1,200}$/.test(reference)
}

/** The form of our payment ids. Other texts belong to other applications of the same account. */
const OURS = /^pay_\w{1,80}$/

/** The id of a payment of ours; null for every other text. */
export function ourId (id: unknown): string | null {
  return typeof id === 'string' && OURS.test(id) ? id : null
}

/** Our id of the payment behind an object of Stripe; null where it carries none. */
export function paymentIdOf ({ metadata }: { readonly metadata: Stripe.Metadata | null }): string | null {
  return ourId(metadata?.['paymentId'])
}

/** Checks that an answer is about this payment and its amount. The settlement compares the captured amount. @throws NoAnswer */
export function checkIntent (intent: Stripe.PaymentIntent, payment: Payment): void {
  if (!isIntentId(String(intent.id)) || paymentIdOf(intent) !== payment.paymentId) throw new NoAnswer('Stripe answered for another payment')
  if (intent.status === 'succeeded') return
  const { amount, currency } = fromStripe(intent.amount, intent.currency)
  if (amount !== payment.amount || currency !== payment.currency) throw new NoAnswer('Stripe answered another amount')
}

/** The state of a payment. Null where no attempt to pay has been made. @throws NoAnswer */
export function intentFact (intent: Stripe.PaymentIntent): ChargeFact | null {
  const { id: reference, last_payment_error: error } = intent
  switch (intent.status) {
    case 'succeeded': return { kind: 'succeeded', reference, ...fromStripe(intent.amount_received, intent.currency) }
    // The bank debits, or holds the amount until it is captured.
    case 'processing': case 'requires_capture': return { kind: 'processing', reference }
    case 'canceled': return { kind: 'canceled', reference }
    case 'requires_action': return nextStepFact(intent)
    case 'requires_confirmation': return null
    case 'requires_payment_method':
      return error == null ? null : { kind: 'failed', reference, failure: { code: safeCode(error.decline_code, error.code), message: publicMessage(error.message) } }
    default: throw new NoAnswer('Stripe answered an unknown status')
  }
}

/** Our payment behind an intent: none where it belongs to another application of the account, or to another account. @throws NoAnswer */
export async function paymentOf (stripe: Stripe, reference: string): Promise<PaymentOfAnswer> {
  if (!isIntentId(reference)) return { kind: 'not_found' }
  const answer = await ask(async () => await stripe.paymentIntents.retrieve(reference))
  if ('refused' in answer && answer.refused.code === 'resource_missing') return { kind: 'not_found' }
  if ('refused' in answer || answer.value.id !== reference) throw new NoAnswer('Stripe did not answer whose payment it is')
  const paymentId = paymentIdOf(answer.value)
  return paymentId === null ? { kind: 'not_found' } : { kind: 'found', paymentId }
}
