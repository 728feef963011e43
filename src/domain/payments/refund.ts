import { firstFollowUp } from './follow-up.js'
import { andThen, decided, noted, raiseFlag, unchanged, type Decision } from './decision.js'
import type { CauseDraft } from './flag.js'
import { DomainError } from '../errors.js'
import { money } from '../money.js'
import { checkUnderstood, isTaken, ownDisputes, secondCharge, takenAmount, takenCurrency, takenStatus, type Failure, type Payment, type Refund } from './payment.js'
import { LATER_REFUND_FIELDS } from './later-fields.js'
import { withNamedCharge } from './named-charge.js'
import type { RefundFact } from './payment-fact.js'
import { chargedShare, isSurcharged } from './surcharge.js'
import type { Timestamp } from '../time.js'

/** Refunds of one payment. They are part of it, so that one condition guards their sum. */
export const REFUNDS_MAX = 100

/** Whether a text has the form of the ids that we give to refunds. Other ids that a provider repeats come from others. */
export function isRefundId (text: string): boolean {
  return /^re_[a-z2-7]{52}$/.test(text)
}

export interface RefundDraft {
  readonly refundId: string
  /** Minor units; null refunds all that is left. */
  readonly amount: number | null
  readonly reason: string | null
  /** The provider's id of the charge, where the request names it. */
  readonly providerReference?: string | undefined
  readonly fingerprint: string
  readonly owner: string
  readonly until: Timestamp
}

/** The refunds of the payment's own charge. Those of a second charge stand beside them, and are not counted. */
function own ({ refunds }: Payment): readonly Refund[] {
  return refunds.filter(({ charge }) => charge === null)
}

export function reservedAmount (payment: Payment): number {
  return sum(own(payment).filter(({ status }) => status === 'pending'))
}

/** What the succeeded refunds of the payment's own charge add up to. */
export function refundedOf (payment: Payment): number {
  return sum(own(payment).filter(({ status }) => status === 'succeeded'))
}

/** The amount that can still be refunded: taken, less refunded, reserved and lost to disputes, in minor units of `takenCurrency`. */
export function refundableAmount (payment: Payment): number {
  return Math.max(0, unclaimedAmount(payment))
}

/** Below zero when more was given back or reserved than was taken. */
function unclaimedAmount (payment: Payment): number {
  const lost = ownDisputes(payment).filter(({ status }) => status === 'lost')
  const comparable = lost.every(({ currency }) => currency === null || currency === takenCurrency(payment))
  // What a dispute took in another currency cannot be subtracted: nothing is left for certain.
  return takenAmount(payment) - payment.refundedAmount - reservedAmount(payment) - (comparable ? sum(lost) : takenAmount(payment))
}

function isInDispute (payment: Payment): boolean {
  return ownDisputes(payment).some(({ status }) => status === 'open')
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
 * Reserves the amount before the provider is asked, so that concurrent refunds never exceed what was taken.
 *
 * @throws payment_unreadable, payment_not_refundable, dispute_open, invalid_amount, refund_exceeds_captured, refund_limit_reached
 */
export function reserveRefund (before: Payment, draft: RefundDraft, now: Timestamp): Decision {
  const payment = withNamedCharge(before, draft.providerReference)
  checkUnderstood(payment)
  if (isInDispute(payment)) throw new DomainError('dispute_open', 'a payment cannot be refunded while a dispute is open')
  if (!isTaken(payment)) throw new DomainError('payment_not_refundable', `a payment with the status ${payment.status} has nothing to refund`)
  if (payment.refunds.filter(({ origin }) => origin === 'service').length >= REFUNDS_MAX) {
    throw new DomainError('refund_limit_reached', `a payment accepts at most ${REFUNDS_MAX} refunds`)
  }
  const refundable = refundableAmount(payment)
  if (refundable === 0 && draft.amount === null) throw new DomainError('payment_not_refundable', 'nothing is left to refund')
  const { amount } = money(draft.amount ?? refundable, takenCurrency(payment))
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
    charged: isSurcharged(payment) ? chargedShare(payment, { refundId: draft.refundId, amount }) : null,
  }
  return decided(before, { ...payment, refunds: [...payment.refunds, refund], followUp: firstFollowUp(now) }, now, [{ type: 'refund.requested', amount, refundId: refund.refundId }])
}

/** Codes of failures that are no word of the provider: its report does not show the refund, or a person has found it not made. */
export const GUESSES = { unreported: 'not_made', byPerson: 'ended_by_person' } as const

/** Whether the refund failed without a word of the provider. */
export function isGuessedFailure ({ status, failure }: Pick<RefundFact, 'status'> & { readonly failure?: Failure | null }): boolean {
  return status === 'failed' && Object.values<string | undefined>(GUESSES).includes(failure?.code)
}

/**
 * Ends a refund, or takes in one that was made at the provider. A failure is final, even days after a success: the amount is owed
 * again, and the payment is flagged. A success after a failure is an older fact: it changes nothing but the flag, because a person
 * should compare both. A failure that the provider has not told yields to its word, in whatever order both arrive: a success counts.
 *
 * @throws payment_unreadable
 */
export function settleRefund (payment: Payment, fact: RefundFact, now: Timestamp): Decision {
  const refund = findRefund(payment, fact.refundId)
  const cause = { reference: fact.reference ?? fact.refundId, amount: fact.amount ?? refund?.amount ?? null }
  if ((fact.currency ?? takenCurrency(payment)) !== takenCurrency(payment)) return raiseFlag(payment, 'amount_mismatch', now, cause)
  if (refund === undefined) return takeIn(payment, fact, now, cause)
  if ((fact.amount ?? refund.amount) !== refund.amount) return raiseFlag(payment, 'amount_mismatch', now, cause)
  const isGuess = isGuessedFailure(refund)
  const { reference = refund.reference, failure = null } = fact
  if (isGuess && fact.status === 'failed' && !isGuessedFailure(fact)) return noted(payment, withRefund(payment, { ...refund, reference, failure }))
  if (fact.status === 'pending' || refund.status === fact.status) return unchanged(payment)
  const isOutranked = refund.status === 'failed' ? !isGuess : refund.status === 'succeeded' && isGuessedFailure(fact)
  if (isOutranked) return raiseFlag(payment, 'refund_failed', now, cause)
  checkUnderstood(payment)
  const settled: Refund = { ...refund, status: fact.status, reference, failure, lease: { ...refund.lease, until: null } }
  const detail = { type: `refund.${fact.status}` as const, amount: refund.amount, refundId: refund.refundId }
  const next = counted(withRefund(payment, settled), refund, settled)
  const decision = decided(payment, next, now, [detail])
  return refund.status === 'pending' ? decision : andThen(payment, decision, (after) => raiseFlag(after, 'refund_failed', now, cause))
}

/** Entries of refunds that were made at the provider, so that the row of a payment stays within its limits. */
const TAKEN_IN_MAX = 400

/** A refund that was not requested here. Its amount is as gone as that of ours, and is no longer left to refund. */
function takeIn (payment: Payment, fact: RefundFact, now: Timestamp, cause: CauseDraft): Decision {
  const { refundId, amount, status, reference = null, failure = null } = fact
  const isFull = payment.refunds.length >= REFUNDS_MAX + TAKEN_IN_MAX
  if (amount === undefined || isFull) return raiseFlag(payment, 'unknown_refund', now, cause)
  checkUnderstood(payment)
  const refund: Refund = {
    refundId,
    amount,
    status,
    reason: null,
    createdAt: now,
    // Earlier versions demand a lease and a fingerprint of each refund.
    lease: { owner: 'provider', epoch: 1, until: null },
    fingerprint: '',
    origin: 'provider',
    reference,
    charge: secondCharge(payment, fact.charge),
    failure,
    charged: null,
  }
  const next = counted({ ...payment, refunds: [...payment.refunds, refund] }, null, refund)
  const type = status === 'pending' ? 'refund.requested' : `refund.${status}` as const
  const decision = decided(payment, next, now, [{ type, amount, refundId }])
  // Our own id, which the provider repeats, of a refund that is not here: a person should find out where it was requested.
  return fact.origin === 'provider' ? decision : andThen(payment, decision, (after) => raiseFlag(after, 'unknown_refund', now, cause))
}

/** The payment, with its refunded amount and status after the step of a refund. */
function counted (payment: Payment, before: Refund | null, after: Refund): Payment {
  if (after.charge !== null) return payment
  const made = (refund: Refund | null): number => refund?.status === 'succeeded' ? refund.amount : 0
  const refunded = { ...payment, refundedAmount: payment.refundedAmount + made(after) - made(before) }
  return { ...refunded, status: takenStatus(refunded) }
}

/** Flags a payment of which more was given back than was taken: once for each sum. */
export function flagOverRefunded (payment: Payment, now: Timestamp): Decision {
  // What is only reserved may still be refused.
  const excess = -unclaimedAmount(payment) - reservedAmount(payment)
  return excess > 0 ? raiseFlag(payment, 'over_refunded', now, { amount: excess }) : unchanged(payment)
}

export function withRefund (payment: Payment, refund: Refund): Payment {
  return { ...payment, refunds: payment.refunds.map((other) => other.refundId === refund.refundId ? refund : other) }
}
