import type { PaymentChange } from '#domain/payments/decision.js'
import { findRefund } from '#domain/payments/refund.js'
import type { Payment } from '#domain/payments/payment.js'
import { recordDispute, resolveFlag, resolveRefund, type DisputeWord, type FlagDecision, type RefundEnd } from '#domain/payments/resolution.js'
import type { Timestamp } from '#domain/time.js'
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

    /** @throws flag_not_raised */
    resolveFlag: async ({ paymentId, flag, decision }: ResolveFlagCommand): Promise<Payment> =>
      await decide(paymentId, (payment, now) => resolveFlag(payment, flag, decision, now)),

    /** @throws payment_not_taken */
    recordDispute: async ({ paymentId, ...word }: RecordDisputeCommand): Promise<Payment> =>
      await decide(paymentId, (payment, now) => recordDispute(payment, word, now)),
  }
}
