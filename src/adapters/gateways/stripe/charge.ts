import type Stripe from 'stripe'
import type { ChargeRequest, LookupAnswer } from '#application/ports/payment-gateway.js'
import type { ChargeFact } from '#domain/payments/payment-fact.js'
import type { Payment } from '#domain/payments/payment.js'
import { type Answer, ask, declineOf } from './client.js'
import { toStripeAmount } from './currency.js'
import { checkIntent, intentFact, isIntentId } from './intent.js'
import { NoAnswer } from '#adapters/exchange/http.js'
import { disputeFacts, refundFacts } from './reversal.js'
import { openSession, sessionOutcome } from './session.js'

/** @throws NoAnswer, NotTaken */
export async function charge (stripe: Stripe, request: ChargeRequest): Promise<ChargeFact> {
  const { payment, token } = request
  if (token === null) return await openSession(stripe, request)
  const created = await createIntent(stripe, payment)
  if ('refused' in created) return { kind: 'failed', reference: null, failure: declineOf(created) }
  const { value: { id } } = created
  const confirmed = await ask(async () => await stripe.paymentIntents.confirm(id, { payment_method: token, return_url: request.callbackUrl },
    { idempotencyKey: `${payment.paymentId}:confirm` }))
  if ('value' in confirmed) return tried(confirmed.value)
  if (confirmed.meaning === 'declined') return { kind: 'failed', reference: id, failure: confirmed.refused }
  // The payment may have been confirmed before, under a key that Stripe no longer remembers: only its state is certain.
  return await retrieved(stripe, payment, id) ?? { kind: 'failed', reference: id, failure: declineOf(confirmed) }

  function tried (intent: Stripe.PaymentIntent): ChargeFact {
    checkIntent(intent, payment)
    const fact = intentFact(intent)
    if (fact === null || intent.id !== id) throw new NoAnswer('Stripe did not answer the outcome of the payment')
    return fact
  }
}

/**
 * Creates the payment at Stripe without moving money. The request follows from the stored payment alone, so that a repeat under the
 * same idempotency key is the same request and finds what the first one created.
 * @throws NoAnswer
 */
async function createIntent (stripe: Stripe, payment: Payment): Promise<Answer<Stripe.PaymentIntent>> {
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

/** The current state of a payment. Null where no attempt to pay has been made. @throws NoAnswer */
async function retrieved (stripe: Stripe, payment: Payment, id: string): Promise<ChargeFact | null> {
  const answer = await ask(async () => await stripe.paymentIntents.retrieve(id))
  if ('refused' in answer || answer.value.id !== id) throw new NoAnswer('Stripe did not answer a payment that it has created')
  checkIntent(answer.value, payment)
  return intentFact(answer.value)
}

/** Stripe keeps an idempotency key for at least 24 hours. An hour less allows for clocks that differ. */
const KEY_SECONDS = 23 * 60 * 60

/**
 * Everything that Stripe knows of a payment, in at most four calls, unless its lists are long or it was charged twice. With a reference, the look-up reads it. Without one, it creates
 * the payment again under the first idempotency key: Stripe answers the payment that exists, or creates one that is never paid. A
 * page whose address was lost was never shown to the payer, so no payment can have happened there.
 * @throws NoAnswer
 */
export async function lookUp (stripe: Stripe, payment: Payment): Promise<LookupAnswer> {
  const fact = await chargeOf(stripe, payment)
  if (fact === null) return { kind: 'not_found' }
  if (fact.kind !== 'succeeded') return { kind: 'found', facts: [fact] }
  const reversals = [await refundFacts(stripe, fact.reference), await disputeFacts(stripe, fact.reference)]
  for (const second of secondCharges(payment, fact.reference)) reversals.push(await refundFacts(stripe, second), await disputeFacts(stripe, second))
  return { kind: 'found', facts: [fact, ...reversals.flat()] }
}

/** The intents of second charges of a payment, whose refunds and disputes are recorded with it. */
function secondCharges ({ causes, refunds, disputes }: Payment, first: string): ReadonlySet<string> {
  const flagged = causes.filter(({ flag }) => flag === 'duplicate_charge').map(({ reference }) => reference)
  const charges = [...flagged, ...[...refunds, ...disputes].map(({ charge }) => charge)].map(String)
  return new Set(charges.filter((charge) => charge !== first && isIntentId(charge)))
}

/** Closes a payment: expires its page, or cancels its intent. Stripe refuses what is paid, under way or closed: the look-up says which. @throws NoAnswer */
export async function cancel (stripe: Stripe, payment: Payment): Promise<LookupAnswer> {
  const reference = payment.providerReference ?? await knownIntent(stripe, payment)
  await ask(async (): Promise<unknown> =>
    isIntentId(reference) ? await stripe.paymentIntents.cancel(reference) : await stripe.checkout.sessions.expire(reference))
  return await lookUp(stripe, { ...payment, providerReference: reference })
}

async function chargeOf (stripe: Stripe, payment: Payment): Promise<ChargeFact | null> {
  const { providerReference: reference } = payment
  if (reference === null) return await retrieved(stripe, payment, await knownIntent(stripe, payment))
  return isIntentId(reference) ? await retrieved(stripe, payment, reference) : await sessionOutcome(stripe, payment, reference)
}

async function knownIntent (stripe: Stripe, payment: Payment): Promise<string> {
  const answer = await createIntent(stripe, payment)
  if ('refused' in answer) throw new NoAnswer(`Stripe refused a look-up with code ${answer.refused.code}`)
  const { id, created } = answer.value
  // Stripe may have forgotten the key and created a second payment beside an older one.
  if (!(created * 1000 <= Date.parse(payment.createdAt) + KEY_SECONDS * 1000)) throw new NoAnswer('Stripe may have forgotten the key of the payment')
  return id
}
