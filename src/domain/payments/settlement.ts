import type { Timestamp } from '../time.js'
import { andThen, asOneChange, created, decided, eventsOfOneChange, flaggedEvent, raiseFlag, unchanged, type Decision } from './decision.js'
import { compareDispute, settleDispute } from './dispute.js'
import { flagged } from './flag.js'
import { isChargeOpen, isPayerDone } from './follow-up.js'
import { checkKnown, type ChargeFact, type PaymentFact } from './payment-fact.js'
import { checkUnderstood, isCaptured, isTaken, takenAmount, takenStatus, type Payment, type Taken } from './payment.js'
import { newPayment, type PaymentDraft, type PaymentIntent } from './new-payment.js'
import { flagOverRefunded, refundedOf, settleRefund } from './refund.js'

/*
 * The state machine of a payment. The facts of its provider drive it, in any order and any number of times.
 *
 *               ┌──────────── requires_action ───────────┐
 *               │                    │                   ▼
 *   pending ────┼────────────────────┼─────────────▶ succeeded ◀──▶ partially_refunded ◀──▶ refunded
 *               │   processing ◀─────┘                   ▲   └──────────────┬───────────────────┘
 *               ├──▶ failed ──── late success, flagged ──┤                  ▼
 *               └──▶ canceled ── late success, flagged ──┘              disputed ──▶ back, when won
 *
 *   pending, requires_action                   The charge is open: it succeeds, fails or is canceled. Only here may facts other than
 *                                              a success change the charge.
 *   processing                                 The status is `pending` with a reference: the payer has done their part. No older word
 *                                              asks them to act again.
 *   failed, canceled                           Final, but for a success: it is a late one, and flags the payment `late_success`.
 *   succeeded, partially_refunded, refunded    The money is captured, and stays so. Which of the three follows from `refundedAmount`.
 *                                              A refund that fails after its success leads back, and flags the payment `refund_failed`.
 *   disputed                                   A dispute is open or lost. Once none is, one of the three above.
 *
 * Another amount or currency than ours is `taken` and not captured: the payment is `pending`, flagged `amount_mismatch`, and asks the
 * payer for nothing. A person accepts what was taken, or gives it back, which leads to `refunded`.
 * A fact that repeats an earlier one, or that comes too late to count, changes nothing. A refund or a dispute waits until money was
 * taken. A state that only another version of the service knows is never moved, and a fact that only another version knows is not
 * applied: both are refused as `payment_unreadable`, and the fact waits for that version.
 */

/** Applies one fact. An early one changes nothing, and is to be applied again later. @throws payment_unreadable */
export function settle (payment: Payment, fact: PaymentFact, now: Timestamp): Decision {
  return compared(payment, settleOne(payment, fact, now), now)
}

function settleOne (payment: Payment, fact: PaymentFact, now: Timestamp): Decision {
  checkKnown(fact)
  if (payment.earlier !== null) checkUnderstood(payment)
  if (isEarly(payment, fact)) return unchanged(payment)
  switch (fact.kind) {
    case 'refund': return settleRefund(payment, fact, now)
    case 'dispute': return settleDispute(payment, fact, now)
    default: return settleCharge(payment, fact, now)
  }
}

/** Applies several facts as one change. @throws payment_unreadable */
export function settleAll (payment: Payment, facts: readonly PaymentFact[], now: Timestamp): Decision {
  return inTurn(payment, facts, (sofar, fact) => settle(sofar, fact, now))
}

/** Applies facts that were learned together: only the state to which they lead is compared, and none on the way there. @throws payment_unreadable */
export function settleTogether (payment: Payment, facts: readonly PaymentFact[], now: Timestamp): Decision {
  return compared(payment, inTurn(payment, facts, (sofar, fact) => settleOne(sofar, fact, now)), now)
}

/** Adds the flags of what a person should look at in the state that a decision leads to, whichever facts led there. */
function compared (before: Payment, decision: Decision, now: Timestamp): Decision {
  if (decision.payment === before) return decision
  return andThen(before, decision, (after) => {
    const disputes = after.disputes.reduce((sofar, dispute) => andThen(after, sofar, (next) => compareDispute(next, dispute, now)), unchanged(after))
    return andThen(after, disputes, (next) => flagOverRefunded(next, now))
  })
}

function inTurn (payment: Payment, facts: readonly PaymentFact[], apply: (payment: Payment, fact: PaymentFact) => Decision): Decision {
  const last = facts.reduce<Decision>((sofar, fact) => {
    const { payment: next, events } = apply(sofar.payment, fact)
    return { payment: next, events: [...sofar.events, ...events] }
  }, unchanged(payment))
  return asOneChange(payment, last)
}

/** Whether the fact has to wait: a refund or a dispute waits until money was taken. */
export function isEarly (payment: Payment, fact: { readonly kind: PaymentFact['kind'] }): boolean {
  return (fact.kind === 'refund' || fact.kind === 'dispute') && !isTaken(payment)
}

function settleCharge (payment: Payment, fact: ChargeFact, now: Timestamp): Decision {
  if (fact.kind === 'succeeded') return settleSuccess(payment, fact, now)
  checkUnderstood(payment)
  if (!isChargeOpen(payment)) return unchanged(payment)
  const providerReference = fact.reference ?? payment.providerReference
  switch (fact.kind) {
    case 'failed':
      return decided(payment, { ...payment, status: 'failed', providerReference, nextAction: null, failure: fact.failure }, now, [{ type: 'payment.failed' }])
    case 'canceled':
      return decided(payment, { ...payment, status: 'canceled', providerReference, nextAction: null, failure: fact.failure ?? null }, now, [{ type: 'payment.canceled' }])
    case 'open':
      return unchanged(payment)
    case 'requires_action':
      if (payment.status === 'requires_action' || isPayerDone(payment)) return unchanged(payment)
      return decided(payment, { ...payment, status: 'requires_action', providerReference, nextAction: fact.nextAction }, now, [{ type: 'payment.requires_action' }])
    case 'processing': {
      const nextAction = fact.nextAction ?? null
      if (isPayerDone(payment) && (nextAction === null || payment.nextAction !== null)) return unchanged(payment)
      return decided(payment, { ...payment, status: 'pending', providerReference, nextAction }, now, [{ type: 'payment.processing' }])
    }
  }
}

type Success = Extract<ChargeFact, { kind: 'succeeded' }>

function settleSuccess (payment: Payment, fact: Success, now: Timestamp): Decision {
  const { reference, currency, installments = 1 } = fact
  const taken: Taken = { amount: fact.charged ?? fact.amount, currency, reference, installments }
  const isSecond = isCaptured(payment) && reference !== payment.providerReference
  if (isSecond) return raiseFlag(payment, 'duplicate_charge', now, { reference, amount: taken.amount })
  const isWanted = fact.amount === payment.amount && currency === payment.currency && isAllowed(payment, taken)
  if (!isWanted) return takeMismatch(payment, taken, now)
  if (isCaptured(payment)) return unchanged(payment)
  checkUnderstood(payment)
  return captured(payment, { ...withoutEarlierCharge(payment, reference), capturedAmount: payment.amount, taken }, now)
}

/** Whether the payer may be charged as much: the amount of the order, or more for installments that the request allows. */
function isAllowed ({ amount, installments }: Payment, taken: Taken): boolean {
  return taken.amount === amount || (taken.amount > amount && taken.installments > 1 && taken.installments <= installments)
}

/** What was given back or disputed of the charge of another amount that was taken before this one stays with that charge. */
function withoutEarlierCharge (payment: Payment, reference: string): Payment {
  const earlier = payment.taken?.reference
  if (earlier === undefined || earlier === reference) return payment
  const refunds = payment.refunds.map(ofItsCharge)
  return { ...payment, refunds, refundedAmount: refundedOf({ ...payment, refunds }), disputes: payment.disputes.map(ofItsCharge) }

  function ofItsCharge<T extends { readonly charge: string | null }> (entry: T): T {
    return { ...entry, charge: entry.charge === reference ? null : entry.charge ?? earlier }
  }
}

/** The money is the shop's. Refunds of it that came first count. */
function captured (before: Payment, next: Payment & { readonly taken: Taken }, now: Timestamp): Decision {
  const late = isLate(before)
  const { reference } = next.taken
  const settled: Payment = { ...next, providerReference: reference, nextAction: null, failure: null, status: takenStatus(next) }
  const decision = decided(before, settled, now, [{ type: 'payment.succeeded' }])
  return late ? andThen(before, decision, (after) => raiseFlag(after, 'late_success', now, { reference, amount: takenAmount(next) })) : decision
}

/** Whether money that is taken now comes after the end, or after other money that did. */
function isLate ({ status, taken, causes }: Payment): boolean {
  return status === 'failed' || status === 'canceled' || causes.some(({ flag, reference }) => flag === 'late_success' && reference === taken?.reference)
}

/** Keeps what was taken, so that it can be accepted or given back. It never replaces other money. */
function takeMismatch (payment: Payment, taken: Taken, now: Timestamp): Decision {
  const cause = { reference: taken.reference, amount: taken.amount }
  if (isTaken(payment) || taken.amount <= 0) return raiseFlag(payment, 'amount_mismatch', now, cause)
  checkUnderstood(payment)
  const pending: Payment = { ...payment, taken, providerReference: taken.reference, nextAction: null, failure: null, status: 'pending' }
  return andThen(payment, decided(payment, flagged(pending, 'amount_mismatch', now, cause), now, [flaggedEvent(cause)]), (after) =>
    payment.status === 'failed' || payment.status === 'canceled' ? raiseFlag(after, 'late_success', now, cause) : unchanged(after))
}

/** The provider of money that reached us outside of every payment provider: it answers no look-up and makes no refund. */
const MANUAL = 'manual'

/**
 * A payment that an administrator records: created and captured in one change, without an open lease.
 *
 * @throws what `newPayment` throws
 */
export function manualPayment (draft: Omit<PaymentDraft, 'provider'>, { now, ...intent }: Omit<PaymentIntent, 'until'>): Decision {
  const { payment: pending, events: made } = created(newPayment({ ...draft, provider: MANUAL }, { ...intent, until: now, now }))
  const { amount, currency, orderId, version, lease } = pending
  const { payment: taken, events } = settle(pending, { kind: 'succeeded', reference: orderId, amount, currency }, now)
  const payment = { ...taken, version, lease: { ...lease, until: null } }
  return { payment, events: eventsOfOneChange(payment, [...made, ...events]) }
}

export function isManual ({ provider }: Payment): boolean {
  return provider === MANUAL
}
