import type Stripe from 'stripe'
import type { ChargeRequest } from '#application/ports/payment-gateway.js'
import type { ChargeFact } from '#domain/payments/payment-fact.js'
import type { Payment } from '#domain/payments/payment.js'
import { ask, type Answer } from './client.js'
import { toStripeAmount } from './currency.js'
import { checkIntent, intentFact } from './intent.js'
import { NoAnswer } from '#adapters/exchange/no-answer.js'
import { openSession } from './session.js'

/** @throws NoAnswer */
export async function charge (stripe: Stripe, request: ChargeRequest): Promise<ChargeFact> {
  const { payment, token } = request
  if (token === null) return await openSession(stripe, request)
  const created = await createIntent(stripe, payment)
  if ('refused' in created) return { kind: 'failed', reference: null, failure: created.refused }
  const { value: { id } } = created
  const confirmed = await ask(async () => await stripe.paymentIntents.confirm(id, { payment_method: token, return_url: request.callbackUrl },
    { idempotencyKey: `${payment.paymentId}:confirm` }))
  if ('value' in confirmed) return tried(confirmed.value)
  if (confirmed.meaning === 'declined') return { kind: 'failed', reference: id, failure: confirmed.refused }
  // It may have been confirmed before, by a call whose key Stripe no longer remembers: only its state is the truth.
  return await retrieved(stripe, payment, id) ?? { kind: 'failed', reference: id, failure: confirmed.refused }

  function tried (intent: Stripe.PaymentIntent): ChargeFact {
    checkIntent(intent, payment)
    const fact = intentFact(intent)
    if (fact === null || intent.id !== id) throw new NoAnswer('Stripe did not say how the payment stands')
    return fact
  }
}

/**
 * Makes the payment known to Stripe, without moving money. All that is sent follows from the payment as it is stored, so
 * that a repeat under its key is the same request, and finds what was made before.
 * @throws NoAnswer
 */
export async function createIntent (stripe: Stripe, payment: Payment): Promise<Answer<Stripe.PaymentIntent>> {
  const { paymentId, orderId, amount, currency } = payment
  const answer = await ask(async () => await stripe.paymentIntents.create({
    amount: toStripeAmount(amount, currency),
    currency: currency.toLowerCase(),
    metadata: { paymentId, orderId },
    automatic_payment_methods: { enabled: true, allow_redirects: 'always' },
  }, { idempotencyKey: `${paymentId}:create` }))
  if ('value' in answer) checkIntent(answer.value, payment)
  return answer
}

/** How a payment stands now; null if nobody has tried to pay it yet. @throws NoAnswer */
export async function retrieved (stripe: Stripe, payment: Payment, id: string): Promise<ChargeFact | null> {
  const answer = await ask(async () => await stripe.paymentIntents.retrieve(id))
  if ('refused' in answer || answer.value.id !== id) throw new NoAnswer('Stripe did not tell about a payment that it has made')
  checkIntent(answer.value, payment)
  return intentFact(answer.value)
}
