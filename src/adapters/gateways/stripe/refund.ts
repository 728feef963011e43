import type Stripe from 'stripe'
import type { RefundAnswer, RefundRequest } from '#application/ports/payment-gateway.js'
import type { RefundFact } from '#domain/payments/payment-fact.js'
import { ask } from './client.js'
import { fromStripe, toStripeAmount } from './currency.js'
import { isIntentId } from './intent.js'
import { NoAnswer } from '#adapters/exchange/no-answer.js'

const STATUSES: Readonly<Record<string, RefundFact['status']>> = {
  pending: 'pending', requires_action: 'pending', succeeded: 'succeeded', failed: 'failed', canceled: 'failed',
}

/** More than a payment can have of ours; what is on a second page is not read, and nothing is concluded. */
const REFUNDS_PER_PAGE = 100

/** @throws NoAnswer */
export async function refund (stripe: Stripe, { payment, refundId, amount }: RefundRequest): Promise<RefundAnswer> {
  const { paymentId, currency, providerReference: reference } = payment
  // Nothing is sent, so that nothing can have happened.
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

  /** A refusal may be due to the very refund that was made before, by a call whose key Stripe no longer remembers. */
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

/** All refunds of a payment, those that others have made in Stripe's dashboard under Stripe's own ids. @throws NoAnswer */
export async function refundFacts (stripe: Stripe, intentId: string): Promise<RefundFact[]> {
  const answer = await ask(async () => await stripe.refunds.list({ payment_intent: intentId, limit: REFUNDS_PER_PAGE }))
  if ('refused' in answer || !Array.isArray(answer.value.data) || answer.value.has_more) throw new NoAnswer('Stripe did not tell of all refunds')
  return answer.value.data.map(refundFact)
}

/** @throws NoAnswer */
export function refundFact ({ id, metadata, status, amount, currency }: Stripe.Refund): RefundFact {
  const known = STATUSES[String(status)]
  if (known === undefined || !/^\w{1,200}$/.test(String(id))) throw new NoAnswer('Stripe did not say how a refund stands')
  return { kind: 'refund', refundId: metadata?.['refundId'] ?? id, status: known, ...fromStripe(amount, currency) }
}
