import type Stripe from 'stripe'
import type { ChargeFact } from '#domain/payments/payment-fact.js'
import type { Payment } from '#domain/payments/payment.js'
import { ask, declineOf, publicMessage, safeCode } from './client.js'
import { fromStripe, toStripeAmount } from './currency.js'
import { NoAnswer } from '#adapters/exchange/http.js'
import type { ChargeRequest } from '#application/ports/payment-gateway.js'

/** Whether a reference is Stripe's id of a payment intent; ids of pages begin with `cs_`. */
export function isIntentId (reference: string): boolean {
  return /^pi_\w{1,200}$/.test(reference)
}

/** Checks that an answer is about this payment and its amount. The settlement compares the captured amount. @throws NoAnswer */
export function checkIntent (intent: Stripe.PaymentIntent, payment: Payment): void {
  if (!isIntentId(String(intent.id)) || intent.metadata['paymentId'] !== payment.paymentId) throw new NoAnswer('Stripe answered for another payment')
  if (intent.status === 'succeeded') return
  const { amount, currency } = fromStripe(intent.amount, intent.currency)
  if (amount !== payment.amount || currency !== payment.currency) throw new NoAnswer('Stripe answered another amount')
}

/** The state of a payment. Null where no attempt to pay has been made. @throws NoAnswer */
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
    default: throw new NoAnswer('Stripe answered an unknown status')
  }
}

/** An https address to which the payer can be sent. @throws NoAnswer */
function secureUrl (url: unknown): string {
  if (typeof url !== 'string' || !URL.canParse(url) || new URL(url).protocol !== 'https:') throw new NoAnswer('Stripe gave no address for the payer')
  return url
}

/** Opens a page of Stripe on which the payer pays. Stripe creates the payment intent when they do. @throws NoAnswer, NotTaken */
export async function openSession (stripe: Stripe, { payment, callbackUrl }: ChargeRequest): Promise<ChargeFact> {
  const { paymentId, orderId, amount, currency } = payment
  const metadata = { paymentId, orderId }
  const answer = await ask(async () => await stripe.checkout.sessions.create({
    mode: 'payment',
    client_reference_id: paymentId,
    metadata,
    payment_intent_data: { metadata },
    success_url: callbackUrl,
    cancel_url: callbackUrl,
    line_items: [{ quantity: 1, price_data: { currency: currency.toLowerCase(), unit_amount: toStripeAmount(amount, currency), product_data: { name: orderId } } }],
  }, { idempotencyKey: `${paymentId}:page` }))
  if ('refused' in answer) return { kind: 'failed', reference: null, failure: declineOf(answer) }
  return sessionFact(answer.value, payment)
}

/** The outcome of a page. @throws NoAnswer */
export async function sessionOutcome (stripe: Stripe, payment: Payment, id: string): Promise<ChargeFact> {
  const answer = await ask(async () => await stripe.checkout.sessions.retrieve(id, { expand: ['payment_intent'] }))
  if ('refused' in answer || answer.value.id !== id) throw new NoAnswer('Stripe did not answer a page that it has opened')
  return sessionFact(answer.value, payment)
}

/** A failure on an open page is not final, because the payer may try again there. */
function sessionFact (session: Stripe.Checkout.Session, payment: Payment): ChargeFact {
  const { id: reference } = session
  if (!/^cs_\w{1,200}$/.test(String(reference)) || session.client_reference_id !== payment.paymentId) throw new NoAnswer('Stripe answered for another payment')
  switch (session.status) {
    case 'open':
      checkAmount(session, payment)
      return { kind: 'requires_action', reference, nextAction: { type: 'redirect', url: secureUrl(session.url) } }
    case 'expired': return { kind: 'canceled', reference }
    case 'complete': return paidFact(session.payment_intent, payment)
    default: throw new NoAnswer('Stripe answered an unknown status')
  }
}

/** Keeps payers from a page that asks for another amount. The settlement compares the amount that was paid. */
function checkAmount (session: Stripe.Checkout.Session, payment: Payment): void {
  const { amount, currency } = fromStripe(session.amount_total, session.currency)
  if (amount !== payment.amount || currency !== payment.currency) throw new NoAnswer('Stripe answered another amount')
}

function paidFact (intent: Stripe.Checkout.Session['payment_intent'], payment: Payment): ChargeFact {
  if (typeof intent !== 'object' || intent === null) throw new NoAnswer('Stripe did not answer the payment on its page')
  checkIntent(intent, payment)
  const fact = intentFact(intent)
  if (fact === null) throw new NoAnswer('Stripe did not answer the outcome of the payment')
  return fact
}
