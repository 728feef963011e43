import { DomainError } from '#domain/errors.js'
import type { PaymentChange } from '#domain/payments/decision.js'
import { findRefund } from '#domain/payments/refund.js'
import type { Payment } from '#domain/payments/payment.js'
import { endsCharge, recordDispute, resolveFlag, resolveRefund, type DecisionNote, type DisputeWord, type FlagDecision, type RefundEnd } from '#domain/payments/resolution.js'
import { secondsUntil, type Timestamp } from '#domain/time.js'
import { checkNotInProgress } from '../idempotency.js'
import type { PaymentStore } from '../ports/payment-store.js'
import type { Clock } from '../ports/system.js'

export interface DecisionPorts {
  readonly payments: PaymentStore
  readonly clock: Clock
}

export interface ResolveRefundCommand {
  readonly paymentId: string
  readonly refundId: string
  readonly as: RefundEnd
}

export interface ResolveFlagCommand {
  readonly paymentId: string
  readonly flag: string
  readonly decision: FlagDecision
  /** Who decides, and why; absent where no person says it. */
  readonly note?: DecisionNote
}

export interface RecordDisputeCommand extends DisputeWord {
  readonly paymentId: string
}

/**
 * What administrators decide where a provider leaves something open. A repeat of a decision answers the present state. An outage
 * refuses them, because no journaled outcome carries them over.
 *
 * @throws not_found, store_unavailable, payment_unreadable from each
 */
export function makePaymentDecisions ({ payments, clock }: DecisionPorts) {
  async function decide (paymentId: string, change: (payment: Payment, now: Timestamp) => ReturnType<PaymentChange>): Promise<Payment> {
    const now = clock()
    return (await payments.update(paymentId, (current) => change(current, now), { isStoreOnly: true })).payment
  }

  return {
    /** @throws refund_not_pending; request_in_progress while a request talks to the provider about the refund */
    resolveRefund: async ({ paymentId, refundId, as }: ResolveRefundCommand): Promise<Payment> => await decide(paymentId, (payment, now) => {
      const refund = findRefund(payment, refundId)
      if (refund?.status === 'pending') checkNotInProgress(refund.lease, now)
      return resolveRefund(payment, refundId, as, now)
    }),

    /** @throws flag_not_raised; request_in_progress while the provider is still asked about a charge that the decision would end */
    resolveFlag: async ({ paymentId, flag, decision, note }: ResolveFlagCommand): Promise<Payment> => await decide(paymentId, (payment, now) => {
      if (endsCharge(payment, flag, decision)) checkNotAsked(payment, now)
      return resolveFlag(payment, flag, decision, now, note)
    }),

    /** @throws payment_not_taken */
    recordDispute: async ({ paymentId, ...word }: RecordDisputeCommand): Promise<Payment> =>
      await decide(paymentId, (payment, now) => recordDispute(payment, word, now)),
  }
}

/** @throws request_in_progress */
function checkNotAsked ({ lease, followUp }: Payment, now: Timestamp): void {
  checkNotInProgress(lease, now)
  if (followUp === null) return
  throw new DomainError('request_in_progress', 'the provider is still asked how this charge ended', { retryAfterS: secondsUntil(followUp.dueAt, now) })
}
