import type Stripe from 'stripe'
import type { DisputeFact } from '#domain/payments/payment-fact.js'
import { ask } from './client.js'
import { fromStripe } from './currency.js'
import { NoAnswer } from '#adapters/exchange/no-answer.js'

/**
 * Where money is, or was, taken back. Inquiries (`warning_…`) take none, and a refund is their remedy, so that they may not
 * stand in its way; an appeal leaves the money where it was lost.
 */
const STATUSES: Readonly<Record<string, DisputeFact['status']>> = { needs_response: 'open', under_review: 'open', won: 'won', lost: 'lost' }

const DISPUTES_PER_PAGE = 100

/** @throws NoAnswer */
export async function disputeFacts (stripe: Stripe, intentId: string): Promise<DisputeFact[]> {
  const answer = await ask(async () => await stripe.disputes.list({ payment_intent: intentId, limit: DISPUTES_PER_PAGE }))
  if ('refused' in answer || !Array.isArray(answer.value.data) || answer.value.has_more) throw new NoAnswer('Stripe did not tell of all disputes')
  return answer.value.data.flatMap((dispute) => disputeFact(dispute) ?? [])
}

/** Null for what is no dispute about money. @throws NoAnswer */
export function disputeFact ({ id, status, amount, currency }: Stripe.Dispute): DisputeFact | null {
  const known = STATUSES[status]
  return known === undefined ? null : { kind: 'dispute', disputeId: String(id), status: known, amount: fromStripe(amount, currency).amount }
}
