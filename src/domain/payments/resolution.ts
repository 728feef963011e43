import { DomainError } from '../errors.js'
import { laterBy, type Timestamp } from '../time.js'
import { andThen, decided, unchanged, type Decision } from './decision.js'
import { isChargeOpen } from './follow-up.js'
import type { DisputeFact } from './payment-fact.js'
import { checkUnderstood, isCaptured, isTaken, PAYMENT_FLAGS, secondCharge, takenAmount, takenCurrency, takenStatus, type Cause, type Payment, type PaymentFlag } from './payment.js'
import { GUESSES, isGuessedFailure, requireRefund } from './refund.js'
import { settle } from './settlement.js'

/*
 * What people decide where a provider leaves something open. Each decision may be repeated: it then changes nothing.
 */

export type RefundEnd = 'succeeded' | 'failed'
export type FlagDecision = NonNullable<Cause['decision']>

/** Who decides, and why. `by`: null for the shared token. */
export type DecisionNote = Pick<NonNullable<Cause['decided']>, 'by' | 'note'>

const RESOLVED = { type: 'payment.flag_resolved' } as const
/** Why a refund failed that a person has ended: no code of a provider. */
const BY_PERSON = { code: GUESSES.byPerson, message: 'an administrator has found that the provider did not make this refund' }
/** Why a charge was canceled of which the provider never said how it ended. */
const CHARGE_BY_PERSON = { ...BY_PERSON, message: 'an administrator has ended this payment, because the provider did not say how it ended' }

/**
 * Ends a pending refund, or one that failed without a word of the provider. A later word of the provider counts all the same, and flags
 * the payment where it is another.
 *
 * @throws not_found, refund_not_pending, payment_unreadable
 */
export function resolveRefund (payment: Payment, refundId: string, as: RefundEnd, now: Timestamp): Decision {
  const refund = requireRefund(payment, refundId)
  if (refund.status === as) return unchanged(payment)
  checkUnderstood(payment)
  if (refund.status !== 'pending' && !isGuessedFailure(refund)) throw new DomainError('refund_not_pending', `the refund has ended already: it is ${refund.status}`)
  return settle(payment, { kind: 'refund', refundId, status: as, ...(as === 'failed' && { failure: BY_PERSON }) }, now)
}

/**
 * Takes a flag away. Its causes stay, with the decision, and do not raise it again. To accept another amount than that of the order
 * captures what was taken. To dismiss that the outcome of a charge is unknown ends the charge, and frees its order.
 *
 * @throws not_found for a flag that does not exist; flag_not_raised, payment_unreadable
 */
export function resolveFlag (payment: Payment, flag: string, decision: FlagDecision, now: Timestamp, note?: DecisionNote): Decision {
  if (!isRaised(payment, flag)) {
    if (!PAYMENT_FLAGS.some((known) => known === flag)) throw new DomainError('not_found', 'there is no such flag')
    if (payment.causes.findLast((cause) => cause.flag === flag)?.decision === decision) return unchanged(payment)
    throw new DomainError('flag_not_raised', 'the payment does not have this flag')
  }
  checkUnderstood(payment)
  const end: Pick<Cause, 'decision' | 'decided'> = { decision, ...(note !== undefined && { decided: { by: note.by, at: now, note: note.note } }) }
  const causes = payment.causes.map((cause) => cause.flag === flag && cause.decision === null ? { ...cause, ...end } : cause)
  // Flags from before causes have none: the decision has to stand somewhere.
  const isBare = !payment.causes.some((cause) => cause.flag === flag && cause.decision === null)
  const bare: Cause[] = isBare ? [{ flag, reference: null, amount: null, at: now, ...end }] : []
  const resolved: Payment = { ...payment, flags: payment.flags.filter((other) => other !== flag), causes: [...causes, ...bare] }
  if (flag === 'amount_mismatch' && decision === 'accept') return accepted(payment, resolved, now)
  const decidedFlag = decided(payment, resolved, now, [RESOLVED])
  if (!endsCharge(payment, flag, decision)) return decidedFlag
  return andThen(payment, decidedFlag, (after) => settle(after, { kind: 'canceled', reference: null, failure: CHARGE_BY_PERSON }, now))
}

/** Whether the decision ends the charge: no provider may be asked about it any more. */
export function endsCharge (payment: Payment, flag: string, decision: FlagDecision): boolean {
  return flag === 'outcome_unknown' && decision === 'dismiss' && isRaised(payment, flag) && isChargeOpen(payment)
}

function isRaised ({ flags }: Payment, flag: string): flag is PaymentFlag {
  return flags.some((raised) => raised === flag)
}

/** What was taken is the shop's, unless it has gone back already. */
function accepted (before: Payment, payment: Payment, now: Timestamp): Decision {
  const { taken } = payment
  // Not by the status, which an open dispute covers.
  const isGivenBack = payment.refundedAmount >= takenAmount(payment)
  if (taken === null || isCaptured(payment) || isGivenBack) return decided(before, payment, now, [RESOLVED])
  const captured: Payment = { ...payment, capturedAmount: taken.amount }
  return decided(before, { ...captured, status: takenStatus(captured) }, now, [{ type: 'payment.succeeded' }, RESOLVED])
}

export type DisputeWord = Pick<DisputeFact, 'disputeId' | 'status' | 'amount' | 'charge'>

/**
 * Records what a person knows of a dispute from elsewhere, as their newest word about it. It is in the currency of what was taken.
 *
 * @throws payment_not_taken, payment_unreadable; not_found for a charge that is not known to be one of the payment
 */
export function recordDispute (payment: Payment, word: DisputeWord, now: Timestamp): Decision {
  const second = secondCharge(payment, word.charge)
  const isKnown = second === null || payment.causes.some(({ flag, reference }) => flag === 'duplicate_charge' && reference === second)
  if (!isKnown) throw new DomainError('not_found', 'the payment has no such charge')
  if (!isTaken(payment)) throw new DomainError('payment_not_taken', 'no money was taken for this payment, so that none can be claimed back')
  const last = payment.disputes.find(({ disputeId }) => disputeId === word.disputeId)?.at ?? null
  const at = last === null || last < now ? now : laterBy(last, 1)
  return settle(payment, { kind: 'dispute', ...word, currency: takenCurrency(payment), at }, now)
}
