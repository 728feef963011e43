import type Stripe from 'stripe'
import type { LookupAnswer } from '#application/ports/payment-gateway.js'
import type { ChargeFact } from '#domain/payments/payment-fact.js'
import type { Payment } from '#domain/payments/payment.js'
import { createIntent, retrieved } from './charge.js'
import { disputeFacts } from './dispute.js'
import { isIntentId } from './intent.js'
import { NoAnswer } from '#adapters/exchange/no-answer.js'
import { refundFacts } from './refund.js'
import { sessionOutcome } from './session.js'

/** Stripe keeps a key for 24 hours at least; an hour less allows for clocks that differ. */
const KEY_SECONDS = 23 * 60 * 60

/**
 * All that Stripe knows of a payment, in at most four calls. With a reference, that is read. Without one, the payment is made
 * known once more under the key of the first time: Stripe answers with the one that it has, or makes one that nobody
 * pays. Of a page whose address was lost nobody has been told, so that nobody can have paid there.
 * @throws NoAnswer
 */
export async function lookUp (stripe: Stripe, payment: Payment): Promise<LookupAnswer> {
  const fact = await chargeOf(stripe, payment)
  if (fact === null) return { kind: 'not_found' }
  if (fact.kind !== 'succeeded') return { kind: 'found', facts: [fact] }
  return { kind: 'found', facts: [fact, ...await refundFacts(stripe, fact.reference), ...await disputeFacts(stripe, fact.reference)] }
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
  // An older one may be there, made under the same key before Stripe forgot it.
  if (!(created * 1000 <= Date.parse(payment.createdAt) + KEY_SECONDS * 1000)) throw new NoAnswer('Stripe may have forgotten the key of the payment')
  return id
}
