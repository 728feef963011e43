import type Stripe from 'stripe'
import type { RefundAnswer, RefundRequest } from '#application/ports/payment-gateway.js'
import type { DisputeFact, RefundFact } from '#domain/payments/payment-fact.js'
import { ask } from './client.js'
import { fromStripe, toStripeAmount } from './currency.js'
import { isIntentId } from './intent.js'
import { NoAnswer } from '#adapters/exchange/http.js'

const REFUND_STATUSES: Readonly<Record<string, RefundFact['status']>> = {
  pending: 'pending', requires_action: 'pending', succeeded: 'succeeded', failed: 'failed', canceled: 'failed',
}

/** More refunds than a payment of ours can have. Where there are more, the answer is incomplete and no facts are taken from it. */
const REFUNDS_PER_PAGE = 100

/** @throws NoAnswer */
export async function refund (stripe: Stripe, { payment, refundId, amount }: RefundRequest): Promise<RefundAnswer> {
  const { paymentId, currency, providerReference: reference } = payment
  // Nothing is sent, so nothing can have happened.
  if (reference === null || !isIntentId(reference) || !isWhole(amount, currency)) return { kind: 'failed' }
  const answer = await ask(async () => await stripe.refunds.create({
    payment_intent: reference,
    amount: toStripeAmount(amount, currency),
    metadata: { paymentId, refundId },
  }, { idempotencyKey: refundId }))
  const fact = 'value' in answer ? refundFact(answer.value) : await earlier()
  if (fact === undefined) return { kind: 'failed' }
  if (fact.refundId !== refundId || fact.amount !== amount || fact.currency !== currency) throw new NoAnswer('Stripe answered for another refund')
  return { kind: fact.status }

  /** Stripe may refuse because this refund was made before, under a key that Stripe no longer remembers. */
  async function earlier (): Promise<RefundFact | undefined> {
    return (await refundFacts(stripe, String(reference))).find((one) => one.refundId === refundId)
  }
}

function isWhole (amount: number, currency: string): boolean {
  try {
    return toStripeAmount(amount, currency) > 0
  } catch {
    return false
  }
}

/** All refunds of a payment. Refunds from Stripe's dashboard have Stripe's own ids. @throws NoAnswer */
export async function refundFacts (stripe: Stripe, intentId: string): Promise<RefundFact[]> {
  const answer = await ask(async () => await stripe.refunds.list({ payment_intent: intentId, limit: REFUNDS_PER_PAGE }))
  if ('refused' in answer || !Array.isArray(answer.value.data) || answer.value.has_more) throw new NoAnswer('Stripe did not list all refunds')
  return answer.value.data.map(refundFact)
}

/** @throws NoAnswer */
export function refundFact ({ id, metadata, status, amount, currency }: Stripe.Refund): RefundFact {
  const known = REFUND_STATUSES[String(status)]
  if (known === undefined || !/^\w{1,200}$/.test(String(id))) throw new NoAnswer('Stripe answered a refund of unknown status')
  return { kind: 'refund', refundId: metadata?.['refundId'] ?? id, status: known, ...fromStripe(amount, currency) }
}

/**
 * Disputes that take money back, or took it. Inquiries (`warning_…`) are left out: they take no money, and a refund, which a dispute
 * would block, settles them. An appeal does not move money either.
 */
const DISPUTE_STATUSES: Readonly<Record<string, DisputeFact['status']>> = { needs_response: 'open', under_review: 'open', won: 'won', lost: 'lost' }

const DISPUTES_PER_PAGE = 100

/** @throws NoAnswer */
export async function disputeFacts (stripe: Stripe, intentId: string): Promise<DisputeFact[]> {
  const answer = await ask(async () => await stripe.disputes.list({ payment_intent: intentId, limit: DISPUTES_PER_PAGE }))
  if ('refused' in answer || !Array.isArray(answer.value.data) || answer.value.has_more) throw new NoAnswer('Stripe did not list all disputes')
  return answer.value.data.flatMap((dispute) => disputeFact(dispute) ?? [])
}

/** Null where no money is disputed. @throws NoAnswer */
export function disputeFact ({ id, status, amount, currency }: Stripe.Dispute): DisputeFact | null {
  const known = DISPUTE_STATUSES[status]
  return known === undefined ? null : { kind: 'dispute', disputeId: String(id), status: known, amount: fromStripe(amount, currency).amount }
}
