import type Stripe from 'stripe'
import type { Payment } from '#domain/payments/payment.js'
import { NoAnswer } from '#adapters/exchange/http.js'
import { type Answer, ask } from './client.js'
import { toStripeAmount } from './currency.js'
import { checkIntent, paymentIdOf } from './intent.js'

/**
 * Creates the payment at Stripe without moving money. The request follows from the stored payment alone, so that a repeat under the
 * same idempotency key is the same request and finds what the first one created.
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

const HOUR_MS = 60 * 60 * 1000
/** Stripe keeps an idempotency key for at least 24 hours. An hour less allows for clocks that differ. */
const KEY_MS = 23 * HOUR_MS
/** Stripe's search is up to an hour late. Another hour allows for clocks, and for a request that was under way when the key was forgotten. */
const SEARCH_MS = 25 * HOUR_MS

/**
 * The intents of a payment whose reference is not known. While Stripe remembers the first idempotency key, creating the payment again
 * answers the one intent that exists, or makes one that is never paid. Afterwards that makes another one, whose time is that of Stripe,
 * and the search finds what was made before.
 * @throws NoAnswer
 */
export async function knownIntents (stripe: Stripe, payment: Payment): Promise<readonly string[]> {
  const answer = await createIntent(stripe, payment)
  if ('refused' in answer) throw new NoAnswer(`Stripe refused a look-up with code ${answer.refused.code}`)
  const { id, created } = answer.value
  const age = created * 1000 - Date.parse(payment.createdAt)
  if (age <= KEY_MS) return [id]
  if (!(age >= SEARCH_MS)) throw new NoAnswer('Stripe may have forgotten the key of the payment, and does not yet find it without')
  return [...new Set([id, ...await found(stripe, payment)])]
}

/** @throws NoAnswer */
async function found (stripe: Stripe, { paymentId }: Payment): Promise<readonly string[]> {
  const answer = await ask(async () => await stripe.paymentIntents.search({ query: `metadata['paymentId']:'${paymentId}'`, limit: 100 }))
  if ('refused' in answer || !Array.isArray(answer.value.data) || answer.value.has_more) throw new NoAnswer('Stripe did not find all intents of the payment')
  return answer.value.data.filter((intent) => paymentIdOf(intent) === paymentId).map(({ id }) => id)
}
