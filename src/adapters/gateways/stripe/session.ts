import type Stripe from 'stripe'
import type { ChargeRequest } from '#application/ports/payment-gateway.js'
import type { ChargeFact } from '#domain/payments/payment-fact.js'
import type { Payment } from '#domain/payments/payment.js'
import { ask } from './client.js'
import { fromStripe, toStripeAmount } from './currency.js'
import { checkIntent, intentFact, secureUrl } from './intent.js'
import { NoAnswer } from '#adapters/exchange/no-answer.js'

/** Opens a page of Stripe to pay on. The payment inside it is made once the payer pays. @throws NoAnswer */
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
  if ('refused' in answer) return { kind: 'failed', reference: null, failure: answer.refused }
  return sessionFact(answer.value, payment)
}

/** What happened on a page. @throws NoAnswer */
export async function sessionOutcome (stripe: Stripe, payment: Payment, id: string): Promise<ChargeFact> {
  const answer = await ask(async () => await stripe.checkout.sessions.retrieve(id, { expand: ['payment_intent'] }))
  if ('refused' in answer || answer.value.id !== id) throw new NoAnswer('Stripe did not tell about a page that it has opened')
  return sessionFact(answer.value, payment)
}

/** While a page is open its payer may try again: a failure on it is no outcome. */
function sessionFact (session: Stripe.Checkout.Session, payment: Payment): ChargeFact {
  const { id: reference } = session
  if (!/^cs_\w{1,200}$/.test(String(reference)) || session.client_reference_id !== payment.paymentId) throw new NoAnswer('Stripe answered for another payment')
  switch (session.status) {
    case 'open':
      checkAmount(session, payment)
      return { kind: 'requires_action', reference, nextAction: { type: 'redirect', url: secureUrl(session.url) } }
    case 'expired': return { kind: 'canceled', reference }
    case 'complete': return paidFact(session.payment_intent, payment)
    default: throw new NoAnswer('Stripe answered a status that is not known here')
  }
}

/** Nobody is sent to a page that asks for other money. What was paid there is compared by whoever settles the payment. */
function checkAmount (session: Stripe.Checkout.Session, payment: Payment): void {
  const { amount, currency } = fromStripe(session.amount_total, session.currency)
  if (amount !== payment.amount || currency !== payment.currency) throw new NoAnswer('Stripe answered another amount')
}

function paidFact (intent: Stripe.Checkout.Session['payment_intent'], payment: Payment): ChargeFact {
  if (typeof intent !== 'object' || intent === null) throw new NoAnswer('Stripe did not tell of the payment on its page')
  checkIntent(intent, payment)
  const fact = intentFact(intent)
  if (fact === null) throw new NoAnswer('Stripe did not say how the payment stands')
  return fact
}
