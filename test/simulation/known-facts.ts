import type { ReportedFact } from '#domain/payments/payment-fact.js'
import type { Payment } from '#domain/payments/payment.js'
import { HOUR_MS } from '#domain/time.js'
import type { Bank } from './bank.js'
import type { Intent, Intents } from './bank-intents.js'
import { MOMENT_OF_START } from './context.js'

/** So old a payment may be whose key the provider remembers for certain, and so old it has to be for the search to find all of it. */
export const TRUSTED_KEY_MS = 23 * HOUR_MS
const SEARCH_MS = 25 * HOUR_MS

export interface Question {
  readonly payment: Payment
  /** Under which the provider was asked to charge. */
  readonly key: string
  readonly trustedKeyMs: number
  readonly ask: 'lookup' | 'cancel'
}

/**
 * All that a provider says of a payment, asked as the gateway of Stripe asks it: none where it knows nothing, null where it may have
 * forgotten the key of the payment and does not yet find it without.
 */
export function knownFacts (bank: Bank, { payment, key, trustedKeyMs, ask }: Question): ReportedFact[] | null {
  const { paymentId } = payment
  if (bank.intents === null) {
    if (ask === 'cancel') bank.cancel(bank.chargesOf(paymentId))
    return bank.lookup(paymentId, bank.chargesOf(paymentId))
  }
  const intents = payment.providerReference === null ? knownIntents(bank.intents, payment, key, trustedKeyMs) : referredTo(bank.intents, payment)
  if (intents === null) return null
  const charges = intents.flatMap(({ charge }) => charge ?? [])
  if (ask === 'cancel') {
    bank.cancel(charges)
    for (const intent of intents) intent.isClosed ||= intent.charge === null
  }
  if (charges.length > 0) return bank.lookup(paymentId, charges)
  return intents.filter(({ isClosed }) => isClosed).slice(0, 1).map(({ reference }) => ({ kind: 'canceled', reference }))
}

/** Creates the payment once more: under a key that is remembered this finds it. */
function knownIntents (intents: Intents, { paymentId, createdAt }: Payment, key: string, trustedKeyMs: number): Intent[] | null {
  const intent = intents.create(paymentId, key)
  const age = MOMENT_OF_START + intent.madeAt - Date.parse(createdAt)
  if (age <= trustedKeyMs) return [intent]
  return age < SEARCH_MS ? null : [...new Set([intent, ...intents.search(paymentId)])]
}

/** What the reference stands for. That of a second charge stands for the payment. */
function referredTo (intents: Intents, { paymentId, providerReference }: Payment): Intent[] {
  const all = intents.of(paymentId)
  const one = all.filter(({ reference, charge }) => reference === providerReference || charge?.reference === providerReference)
  return one.length > 0 ? one : all
}
