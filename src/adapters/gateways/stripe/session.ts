import type Stripe from 'stripe'
import type { ChargeRequest } from '#application/ports/payment-gateway.js'
import type { ChargeFact } from '#domain/payments/payment-fact.js'
import type { Payment } from '#domain/payments/payment.js'
import { ask, declineOf } from './client.js'
import { fromStripe, toStripeAmount } from './currency.js'
import { checkIntent, intentFact } from './intent.js'
import { nextAction } from './next-action.js'
import { NoAnswer } from '#adapters/exchange/http.js'

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
    ...endOf(payment),
  }, { idempotencyKey: `${paymentId}:page` }))
  if ('refused' in answer) return { kind: 'failed', reference: null, failure: declineOf(answer) }
  return sessionFact(answer.value, payment)
}

/** Stripe keeps a page open for 30 minutes to 24 hours, by its own clock and from its own begin: two minutes allow for the difference. */
const OPEN_MS_MIN = 32 * 60_000
const OPEN_MS_MAX = (24 * 60 - 2) * 60_000

/** The end of the page, from the stored payment alone, so that a repeat is the same request. None: Stripe's own, after 24 hours. */
function endOf ({ createdAt, expiresAt }: Payment): { readonly expires_at?: number } {
  if (expiresAt === null) return {}
  const openMs = Math.min(Math.max(Date.parse(expiresAt) - Date.parse(createdAt), OPEN_MS_MIN), OPEN_MS_MAX)
  return { expires_at: Math.floor((Date.parse(createdAt) + openMs) / 1000) }
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
      return { kind: 'requires_action', reference, nextAction: nextAction('redirect', session.url, session.expires_at) }
    case 'expired': return { kind: 'canceled', reference }
    case 'complete': return completeFact(session.payment_intent, payment)
    default: throw new NoAnswer('Stripe answered an unknown status')
  }
}

/** Keeps payers from a page that asks for another amount. The settlement compares the amount that was paid. */
function checkAmount (session: Stripe.Checkout.Session, payment: Payment): void {
  const { amount, currency } = fromStripe(session.amount_total, session.currency)
  if (amount !== payment.amount || currency !== payment.currency) throw new NoAnswer('Stripe answered another amount')
}

/** The payer has done everything that the page asks for. What may be left, such as two small deposits to confirm, Stripe asks by mail. */
function completeFact (intent: Stripe.Checkout.Session['payment_intent'], payment: Payment): ChargeFact {
  if (typeof intent !== 'object' || intent === null) throw new NoAnswer('Stripe did not answer the payment on its page')
  checkIntent(intent, payment)
  const fact = intentFact(intent)
  if (fact === null) throw new NoAnswer('Stripe did not answer the outcome of the payment')
  return fact.kind === 'requires_action' || fact.kind === 'open' ? { kind: 'processing', reference: intent.id } : fact
}
