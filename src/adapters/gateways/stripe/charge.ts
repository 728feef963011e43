import type Stripe from 'stripe'
import type { ChargeRequest, LookupAnswer } from '#application/ports/payment-gateway.js'
import type { ChargeFact } from '#domain/payments/payment-fact.js'
import type { Payment } from '#domain/payments/payment.js'
import { ask, declineOf } from './client.js'
import { checkIntent, intentFact, isIntentId } from './intent.js'
import { createIntent, knownIntents } from './known-intents.js'
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

/** The current state of a payment. Null where no attempt to pay has been made. @throws NoAnswer */
async function retrieved (stripe: Stripe, payment: Payment, id: string): Promise<ChargeFact | null> {
  const answer = await ask(async () => await stripe.paymentIntents.retrieve(id))
  if ('refused' in answer || answer.value.id !== id) throw new NoAnswer('Stripe did not answer a payment that it has created')
  checkIntent(answer.value, payment)
  return intentFact(answer.value)
}

/**
 * Everything that Stripe knows of a payment, in at most four calls, unless its lists are long, it was charged twice, or Stripe may have
 * forgotten its key. With a reference, the look-up reads it. Without one, it reads the intents that are known without it. A page whose
 * address was lost was never shown to the payer, so no payment can have happened there.
 * @throws NoAnswer
 */
export async function lookUp (stripe: Stripe, payment: Payment): Promise<LookupAnswer> {
  const { providerReference: reference } = payment
  return await told(stripe, payment, await chargeOf(stripe, payment, reference === null ? await knownIntents(stripe, payment) : [reference]))
}

async function told (stripe: Stripe, payment: Payment, fact: ChargeFact | null): Promise<LookupAnswer> {
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
  const { providerReference } = payment
  const references = providerReference === null ? await knownIntents(stripe, payment) : [providerReference]
  for (const reference of references) {
    await ask(async (): Promise<unknown> =>
      isIntentId(reference) ? await stripe.paymentIntents.cancel(reference) : await stripe.checkout.sessions.expire(reference))
  }
  return await told(stripe, payment, await chargeOf(stripe, payment, references))
}

/** From what says most about the money to what says least. */
const WEIGHT: ReadonlyArray<ChargeFact['kind']> = ['succeeded', 'processing', 'requires_action', 'open', 'failed', 'canceled']

/** The state of a payment, of which one intent at most was ever confirmed. @throws NoAnswer */
async function chargeOf (stripe: Stripe, payment: Payment, references: readonly string[]): Promise<ChargeFact | null> {
  const facts: ChargeFact[] = []
  for (const reference of references) {
    const fact = isIntentId(reference) ? await retrieved(stripe, payment, reference) : await sessionOutcome(stripe, payment, reference)
    if (fact !== null) facts.push(fact)
  }
  return facts.toSorted((one, other) => WEIGHT.indexOf(one.kind) - WEIGHT.indexOf(other.kind))[0] ?? null
}
