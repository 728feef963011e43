import { firstFollowUp } from './follow-up.js'
import { decided, raiseFlag, unchanged, type Decision } from './decision.js'
import { DomainError } from '../errors.js'
import { money } from '../money.js'
import { capturedStatus, checkUnderstood, flagged, type Payment, type Refund } from './payment.js'
import { LATER_REFUND_FIELDS } from './later-fields.js'
import type { RefundFact } from './payment-fact.js'
import type { Timestamp } from '../time.js'

/** Refunds of one payment. They are part of it, so that one condition guards their sum. */
export const REFUNDS_MAX = 100

export interface RefundDraft {
  readonly refundId: string
  /** Minor units; null refunds all that is left. */
  readonly amount: number | null
  readonly reason: string | null
  readonly fingerprint: string
  readonly owner: string
  readonly until: Timestamp
}

export function reservedAmount (payment: Payment): number {
  return sum(payment.refunds.filter(({ status }) => status === 'pending'))
}

/** The amount that can still be refunded: captured, less refunded, reserved and lost to disputes. */
export function refundableAmount (payment: Payment): number {
  return Math.max(0, unclaimedAmount(payment))
}

/** Below zero when disputes were lost after refunds had been made or reserved. */
function unclaimedAmount (payment: Payment): number {
  const lost = sum(payment.disputes.filter(({ status }) => status === 'lost'))
  return payment.capturedAmount - payment.refundedAmount - reservedAmount(payment) - lost
}

function isInDispute ({ disputes }: Payment): boolean {
  return disputes.some(({ status }) => status === 'open')
}

/**
 * Whether reserved refunds that the provider does not know may be sent now. A later dispute may take the same money: they wait
 * while it is open, and are never sent once it is lost and the rest does not cover them all.
 */
export function maySendReserved (payment: Payment): boolean {
  return !isInDispute(payment) && unclaimedAmount(payment) >= 0
}

function sum (entries: ReadonlyArray<{ readonly amount: number }>): number {
  return entries.reduce((total, { amount }) => total + amount, 0)
}

export function findRefund (payment: Payment, refundId: string): Refund | undefined {
  return payment.refunds.find((refund) => refund.refundId === refundId)
}

/** @throws not_found */
export function requireRefund (payment: Payment, refundId: string): Refund {
  const refund = findRefund(payment, refundId)
  if (refund === undefined) throw new DomainError('not_found', 'there is no such refund')
  return refund
}

/**
 * Reserves the amount before the provider is asked, so that concurrent refunds never exceed what was captured.
 *
 * @throws payment_unreadable, payment_not_refundable, dispute_open, invalid_amount, refund_exceeds_captured, refund_limit_reached
 */
export function reserveRefund (payment: Payment, draft: RefundDraft, now: Timestamp): Decision {
  checkUnderstood(payment)
  if (isInDispute(payment)) throw new DomainError('dispute_open', 'a payment cannot be refunded while a dispute is open')
  if (payment.capturedAmount === 0) throw new DomainError('payment_not_refundable', `a payment with the status ${payment.status} has nothing to refund`)
  if (payment.refunds.length >= REFUNDS_MAX) {
    throw new DomainError('refund_limit_reached', `a payment accepts at most ${REFUNDS_MAX} refunds`)
  }
  const refundable = refundableAmount(payment)
  if (refundable === 0 && draft.amount === null) throw new DomainError('payment_not_refundable', 'nothing is left to refund')
  const { amount } = money(draft.amount ?? refundable, payment.currency)
  if (amount > refundable) throw new DomainError('refund_exceeds_captured', `you can refund at most ${refundable} minor units`)
  const refund: Refund = {
    refundId: draft.refundId,
    amount,
    status: 'pending',
    reason: draft.reason,
    createdAt: now,
    lease: { owner: draft.owner, epoch: 1, until: draft.until },
    fingerprint: draft.fingerprint,
    ...LATER_REFUND_FIELDS,
  }
  return decided(payment, { ...payment, refunds: [...payment.refunds, refund], followUp: firstFollowUp(now) }, now, [{ type: 'refund.requested', amount, refundId: refund.refundId }])
}

/**
 * Ends a refund. A failure is final, even days after a success: the amount is owed again, and the payment is flagged.
 * A success after a failure is an older fact: it changes nothing but the flag, because a person should compare both.
 *
 * @throws payment_unreadable
 */
export function settleRefund (payment: Payment, fact: RefundFact, now: Timestamp): Decision {
  const refund = findRefund(payment, fact.refundId)
  if (refund === undefined) return raiseFlag(payment, 'unknown_refund', now)
  if ((fact.amount ?? refund.amount) !== refund.amount || (fact.currency ?? payment.currency) !== payment.currency) {
    return raiseFlag(payment, 'amount_mismatch', now)
  }
  if (fact.status === 'pending' || refund.status === fact.status) return unchanged(payment)
  if (refund.status === 'failed') return raiseFlag(payment, 'refund_failed', now)
  checkUnderstood(payment)
  const settled: Refund = { ...refund, status: fact.status, lease: { ...refund.lease, until: null } }
  const added = fact.status === 'succeeded' ? refund.amount : 0
  const removed = refund.status === 'succeeded' ? refund.amount : 0
  const refunded: Payment = {
    ...withRefund(payment, settled),
    refundedAmount: payment.refundedAmount + added - removed,
  }
  const next = { ...refunded, status: capturedStatus(refunded) }
  const detail = { type: `refund.${fact.status}` as const, amount: refund.amount, refundId: refund.refundId }
  return removed > 0
    ? decided(payment, flagged(next, 'refund_failed'), now, [detail, { type: 'payment.flagged' }])
    : decided(payment, next, now, [detail])
}

export function withRefund (payment: Payment, refund: Refund): Payment {
  return { ...payment, refunds: payment.refunds.map((other) => other.refundId === refund.refundId ? refund : other) }
}
