import { firstFollowUp } from './follow-up.js'
import { decided, raiseFlag, unchanged, type Decision } from './decision.js'
import { DomainError } from '../errors.js'
import { money } from '../money.js'
import { capturedStatus, checkUnderstood, flagged, type Payment, type Refund } from './payment.js'
import type { RefundFact } from './payment-fact.js'
import type { Timestamp } from '../time.js'

/** Refunds are entries of their payment, so that one condition guards their sum; this bounds the entry list. */
export const REFUNDS_MAX = 100

export interface RefundDraft {
  readonly refundId: string
  /** Null: all that is left. */
  readonly amount: number | null
  readonly reason: string | null
  readonly fingerprint: string
  readonly owner: string
  readonly until: Timestamp
}

export function reservedAmount (payment: Payment): number {
  return sum(payment.refunds.filter(({ status }) => status === 'pending'))
}

/** What may still be refunded: captured, less refunded, reserved and lost to disputes. */
export function refundableAmount (payment: Payment): number {
  return Math.max(0, unclaimedAmount(payment))
}

/** Below zero where disputes were lost after refunds had been made or reserved. */
function unclaimedAmount (payment: Payment): number {
  const lost = sum(payment.disputes.filter(({ status }) => status === 'lost'))
  return payment.capturedAmount - payment.refundedAmount - reservedAmount(payment) - lost
}

function isInDispute ({ disputes }: Payment): boolean {
  return disputes.some(({ status }) => status === 'open')
}

/**
 * Whether refunds that are reserved, and of which the provider has never heard, may still be sent. A dispute that came after them may take
 * the same money: they wait while it is open, and stay unsent where it was lost and what is left does not cover them all.
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

/** The refund that the caller knows to be there. @throws not_found */
export function requireRefund (payment: Payment, refundId: string): Refund {
  const refund = findRefund(payment, refundId)
  if (refund === undefined) throw new DomainError('not_found', 'there is no such refund')
  return refund
}

/**
 * Sets the amount aside before the provider is asked, so that two refunds that race can't give back more than was taken.
 * @throws payment_unreadable, payment_not_refundable, dispute_open, invalid_amount, refund_exceeds_captured, refund_limit_reached
 */
export function reserveRefund (payment: Payment, draft: RefundDraft, now: Timestamp): Decision {
  checkUnderstood(payment)
  if (isInDispute(payment)) {
    throw new DomainError('dispute_open', 'no refund is made while a dispute is open')
  }
  if (payment.capturedAmount === 0) throw new DomainError('payment_not_refundable', `a payment that is ${payment.status} has nothing to refund`)
  if (payment.refunds.length >= REFUNDS_MAX) {
    throw new DomainError('refund_limit_reached', `a payment takes at most ${REFUNDS_MAX} refunds`)
  }
  const refundable = refundableAmount(payment)
  if (refundable === 0 && draft.amount === null) throw new DomainError('payment_not_refundable', 'nothing is left to refund')
  const { amount } = money(draft.amount ?? refundable, payment.currency)
  if (amount > refundable) throw new DomainError('refund_exceeds_captured', `at most ${refundable} minor units are left to refund`)
  const refund: Refund = {
    refundId: draft.refundId,
    amount,
    status: 'pending',
    reason: draft.reason,
    createdAt: now,
    lease: { owner: draft.owner, epoch: 1, until: draft.until },
    fingerprint: draft.fingerprint,
  }
  return decided(payment, { ...payment, refunds: [...payment.refunds, refund], followUp: firstFollowUp(now) }, now, [{ type: 'refund.requested', amount, refundId: refund.refundId }])
}

/**
 * Ends a refund. A failure is the last word, even days after a success: the amount is then owed again,
 * and a person should know. A success after a failure is older news, but one that a person should know as well.
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
  const given = fact.status === 'succeeded' ? refund.amount : 0
  const taken = refund.status === 'succeeded' ? refund.amount : 0
  const refunded: Payment = {
    ...withRefund(payment, settled),
    refundedAmount: payment.refundedAmount + given - taken,
  }
  const next = { ...refunded, status: capturedStatus(refunded) }
  const detail = { type: `refund.${fact.status}` as const, amount: refund.amount, refundId: refund.refundId }
  return taken > 0
    ? decided(payment, flagged(next, 'refund_failed'), now, [detail, { type: 'payment.flagged' }])
    : decided(payment, next, now, [detail])
}

export function withRefund (payment: Payment, refund: Refund): Payment {
  return { ...payment, refunds: payment.refunds.map((other) => other.refundId === refund.refundId ? refund : other) }
}
