import type { Timestamp } from '../time.js'
import { asOneChange, created, decided, eventsOfOneChange, raiseFlag, unchanged, type Decision } from './decision.js'
import { isChargeOpen } from './follow-up.js'
import { checkKnown, type ChargeFact, type DisputeFact, type PaymentFact } from './payment-fact.js'
import { capturedStatus, checkUnderstood, flagged, isCaptured, type Dispute, type Payment } from './payment.js'
import { LATER_DISPUTE_FIELDS } from './later-fields.js'
import { newPayment, type PaymentDraft, type PaymentIntent } from './new-payment.js'
import { settleRefund } from './refund.js'

/*
 * The state machine of a payment. The facts of its provider drive it, in any order and any number of times.
 *
 *               ┌──────────── requires_action ───────────┐
 *               │                                        ▼
 *   pending ────┼──────────────────────────────────▶ succeeded ◀──▶ partially_refunded ◀──▶ refunded
 *               │                                        ▲   └──────────────┬───────────────────┘
 *               ├──▶ failed ──── late success, flagged ──┤                  ▼
 *               └──▶ canceled ── late success, flagged ──┘              disputed ──▶ back, when won
 *
 *   pending, requires_action                   The charge is open: it succeeds, fails or is canceled. Only here may facts other than
 *                                              a success change the charge.
 *   failed, canceled                           Final, but for a success: it is a late one, and flags the payment `late_success`.
 *   succeeded, partially_refunded, refunded    The money is captured, and stays so. Which of the three follows from `refundedAmount`.
 *                                              A refund that fails after its success leads back, and flags the payment `refund_failed`.
 *   disputed                                   A dispute is open or lost. Once all are won, one of the three above.
 *
 * A fact that repeats an earlier one, or that comes too late to count, changes nothing. A fact whose amount or currency is not ours
 * settles nothing and flags the payment `amount_mismatch`. A refund or a dispute waits for the success of the charge.
 * A state that only another version of the service knows is never moved, and a fact that only another version knows is not applied:
 * both are refused as `payment_unreadable`, and the fact waits for that version.
 */

/** Applies one fact. An early one changes nothing, and is to be applied again later. @throws payment_unreadable */
export function settle (payment: Payment, fact: PaymentFact, now: Timestamp): Decision {
  checkKnown(fact)
  if (isEarly(payment, fact)) return unchanged(payment)
  switch (fact.kind) {
    case 'refund': return settleRefund(payment, fact, now)
    case 'dispute': return settleDispute(payment, fact, now)
    default: return settleCharge(payment, fact, now)
  }
}

/** Applies several facts as one change. @throws payment_unreadable */
export function settleAll (payment: Payment, facts: readonly PaymentFact[], now: Timestamp): Decision {
  const last = facts.reduce<Decision>((sofar, fact) => {
    const { payment: next, events } = settle(sofar.payment, fact, now)
    return { payment: next, events: [...sofar.events, ...events] }
  }, unchanged(payment))
  return asOneChange(payment, last)
}

/** Whether the fact has to wait: a refund or a dispute waits until the charge has succeeded. */
export function isEarly (payment: Payment, fact: PaymentFact): boolean {
  return (fact.kind === 'refund' || fact.kind === 'dispute') && !isCaptured(payment)
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
    case 'requires_action':
      if (payment.status === 'requires_action') return unchanged(payment)
      return decided(payment, { ...payment, status: 'requires_action', providerReference, nextAction: fact.nextAction }, now, [{ type: 'payment.requires_action' }])
    case 'processing':
      if (payment.providerReference !== null) return unchanged(payment)
      return decided(payment, { ...payment, providerReference }, now, [{ type: 'payment.processing' }])
  }
}

type Success = Extract<ChargeFact, { kind: 'succeeded' }>

function settleSuccess (payment: Payment, fact: Success, now: Timestamp): Decision {
  if (fact.amount !== payment.amount || fact.currency !== payment.currency) return raiseFlag(payment, 'amount_mismatch', now, fact.reference)
  if (isCaptured(payment)) {
    return fact.reference === payment.providerReference ? unchanged(payment) : raiseFlag(payment, 'duplicate_charge', now)
  }
  checkUnderstood(payment)
  const late = payment.status === 'failed' || payment.status === 'canceled'
  const captured: Payment = {
    ...payment,
    capturedAmount: payment.amount,
    providerReference: fact.reference,
    nextAction: null,
    failure: null,
  }
  const settled = { ...captured, status: capturedStatus(captured) }
  return late
    ? decided(payment, flagged(settled, 'late_success'), now, [{ type: 'payment.succeeded' }, { type: 'payment.flagged' }])
    : decided(payment, settled, now, [{ type: 'payment.succeeded' }])
}

const DISPUTE_EVENT = {
  open: 'dispute.opened', won: 'dispute.won', lost: 'dispute.lost', warning: 'dispute.warned', prevented: 'dispute.prevented',
} as const

/** Opens or ends a dispute. Its end is final: a fact that opens it and arrives later changes nothing. */
function settleDispute (payment: Payment, { disputeId, amount, status }: DisputeFact, now: Timestamp): Decision {
  const known = payment.disputes.find((dispute) => dispute.disputeId === disputeId)
  if (known?.status === 'won' || known?.status === 'lost' || known?.status === status || (known !== undefined && status === 'open')) return unchanged(payment)
  checkUnderstood(payment)
  const dispute: Dispute = { ...LATER_DISPUTE_FIELDS, ...known, disputeId, amount, status }
  const disputed: Payment = { ...payment, disputes: [...payment.disputes.filter((other) => other !== known), dispute] }
  return decided(payment, { ...disputed, status: capturedStatus(disputed) }, now, [{ type: DISPUTE_EVENT[status], amount }])
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
