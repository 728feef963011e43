import type Stripe from 'stripe'
import type { RefundAnswer, RefundRequest } from '#application/ports/payment-gateway.js'
import type { DisputeFact, ReportedRefund } from '#domain/payments/payment-fact.js'
import { takenCurrency, type Failure } from '#domain/payments/payment.js'
import { isRefundId } from '#domain/payments/refund.js'
import { ask, safeCode } from './client.js'
import { fromStripe, toStripeAmount } from './currency.js'
import { isIntentId } from './intent.js'
import { listed } from './list.js'
import { timeOf } from './next-action.js'
import { NoAnswer } from '#adapters/exchange/http.js'

/** @throws NoAnswer */
export async function refund (stripe: Stripe, { payment, refundId, amount }: RefundRequest): Promise<RefundAnswer> {
  const { paymentId, providerReference: intentId } = payment
  const currency = takenCurrency(payment)
  // Nothing is sent, so nothing can have happened.
  if (intentId === null || !isIntentId(intentId)) return { kind: 'failed', failure: { code: 'no_charge', message: 'the payment has no charge at Stripe' } }
  if (!isWhole(amount, currency)) return { kind: 'failed', failure: { code: 'invalid_amount', message: 'Stripe cannot express this amount' } }
  const answer = await ask(async () => await stripe.refunds.create({
    payment_intent: intentId,
    amount: toStripeAmount(amount, currency),
    metadata: { paymentId, refundId },
  }, { idempotencyKey: refundId }))
  if ('value' in answer) return answerOf(refundFact(answer.value))
  // Stripe may refuse because this refund was made before, under a key that Stripe no longer remembers.
  const earlier = (await refundFacts(stripe, intentId)).find((one) => one.refundId === refundId)
  return earlier === undefined ? { kind: 'failed', failure: reasonOf(answer.refused.code) } : answerOf(earlier)

  function answerOf (made: ReturnType<typeof refundFact>): RefundAnswer {
    if (made.refundId !== refundId || made.amount !== amount || made.currency !== currency) throw new NoAnswer('Stripe answered for another refund')
    const { status: kind, reference, failure } = made
    return kind === 'failed' && failure !== undefined ? { kind, reference, failure } : { kind, reference }
  }
}

function isWhole (amount: number, currency: string): boolean {
  try {
    return toStripeAmount(amount, currency) > 0
  } catch {
    return false
  }
}

/** What Stripe's codes mean to the shop. The codes are stable. */
const REASONS: Readonly<Record<string, string>> = {
  balance_insufficient: 'the balance at Stripe does not cover the refund',
  charge_already_refunded: 'the charge was refunded already',
  charge_disputed: 'the payer disputes the charge',
  charge_for_pending_refund_disputed: 'the payer disputes the charge',
  declined: "the payer's bank does not take the refund",
  expired_or_canceled_card: "the payer's card has expired or was canceled",
  insufficient_funds: 'the balance at Stripe does not cover the refund',
  lost_or_stolen_card: "the payer's card was lost or stolen",
  merchant_request: 'the shop canceled the refund at Stripe',
  refund_disputed_payment: 'the payer disputes the charge',
}

function reasonOf (reason: unknown): Failure {
  const code = safeCode(reason)
  return { code, message: REASONS[code] ?? 'Stripe refused the refund' }
}

/** All refunds of an intent, those from Stripe's dashboard included. @throws NoAnswer */
export async function refundFacts (stripe: Stripe, intentId: string): Promise<Array<ReturnType<typeof refundFact>>> {
  return (await listed('refunds', async (page) => await stripe.refunds.list({ payment_intent: intentId, ...page }))).map(refundFact)
}

const REFUND_STATUSES: Readonly<Record<string, ReportedRefund['status']>> = {
  pending: 'pending', requires_action: 'pending', succeeded: 'succeeded', failed: 'failed', canceled: 'failed',
}

/** @throws NoAnswer */
export function refundFact ({ id, metadata, status, amount, currency, payment_intent: intent, failure_reason: reason }: Stripe.Refund): ReportedRefund & { readonly reference: string } {
  const known = REFUND_STATUSES[String(status)]
  if (known === undefined || !/^\w{1,200}$/.test(String(id))) throw new NoAnswer('Stripe answered a refund of unknown status')
  const refundId = metadata?.['refundId'] ?? ''
  const charge = idOf(intent)
  return {
    kind: 'refund',
    refundId: isRefundId(refundId) ? refundId : null,
    status: known,
    ...fromStripe(amount, currency),
    reference: id,
    ...(charge !== null && { charge }),
    ...(known === 'failed' && reason !== undefined && { failure: reasonOf(reason) }),
  }
}

/**
 * An inquiry (`warning_…`) takes no money, and a refund settles it; closed, it has never taken any. During an appeal the money is
 * gone, and nothing may be refunded until it ends.
 */
const DISPUTE_STATUSES: Readonly<Record<string, DisputeFact['status']>> = {
  warning_needs_response: 'warning', warning_under_review: 'warning', warning_closed: 'prevented', prevented: 'prevented',
  needs_response: 'open', under_review: 'open', appeal_needs_response: 'open', appeal_under_review: 'open',
  won: 'won', lost: 'lost',
}

/** @throws NoAnswer */
export async function disputeFacts (stripe: Stripe, intentId: string): Promise<DisputeFact[]> {
  const disputes = await listed('disputes', async (page) => await stripe.disputes.list({ payment_intent: intentId, ...page }))
  return disputes.flatMap((dispute) => disputeFact(dispute) ?? [])
}

/** Null for a status of which nothing is known. @param seconds the time of Stripe's word @throws NoAnswer */
export function disputeFact ({ id, status, amount, currency, payment_intent: intent }: Stripe.Dispute, seconds?: number): DisputeFact | null {
  const known = DISPUTE_STATUSES[status]
  const at = timeOf(seconds)
  const charge = idOf(intent)
  if (known === undefined) return null
  return { kind: 'dispute', disputeId: String(id), status: known, ...fromStripe(amount, currency), ...(at !== null && { at }), ...(charge !== null && { charge }) }
}

export function idOf (intent: string | { readonly id: string } | null): string | null {
  return typeof intent === 'object' ? intent?.id ?? null : intent
}
