import type { Timestamp } from '../time.js'
import { asOneChange, created, decided, eventsOfOneChange, raiseFlag, unchanged, type Decision } from './decision.js'
import { isChargeOpen } from './follow-up.js'
import type { ChargeFact, DisputeFact, PaymentFact } from './payment-fact.js'
import { capturedStatus, checkUnderstood, flagged, isCaptured, newPayment, type Dispute, type Payment, type PaymentDraft, type PaymentIntent } from './payment.js'
import { settleRefund } from './refund.js'

/**
 * Applies a fact, whichever way it came and however often. An early one changes nothing and is applied again later.
 * @throws payment_unreadable where the fact would move a state that this version does not know; flags are raised on any state
 */
export function settle (payment: Payment, fact: PaymentFact, now: Timestamp): Decision {
  if (isEarly(payment, fact)) return unchanged(payment)
  switch (fact.kind) {
    case 'refund': return settleRefund(payment, fact, now)
    case 'dispute': return settleDispute(payment, fact, now)
    default: return settleCharge(payment, fact, now)
  }
}

/** Applies all that a provider knows of a payment as one change. @throws payment_unreadable */
export function settleAll (payment: Payment, facts: readonly PaymentFact[], now: Timestamp): Decision {
  const last = facts.reduce<Decision>((sofar, fact) => {
    const { payment: next, events } = settle(sofar.payment, fact, now)
    return { payment: next, events: [...sofar.events, ...events] }
  }, unchanged(payment))
  return asOneChange(payment, last)
}

/**
 * Whether the fact speaks of something that, as far as we know, has not happened yet:
 * a refund or dispute ahead of the news that the money was taken. It has to wait.
 */
export function isEarly (payment: Payment, fact: PaymentFact): boolean {
  return (fact.kind === 'refund' || fact.kind === 'dispute') && !isCaptured(payment)
}

function settleCharge (payment: Payment, fact: ChargeFact, now: Timestamp): Decision {
  if (fact.kind === 'succeeded') return settleSuccess(payment, fact, now)
  checkUnderstood(payment)
  // Success is final against any other word, and a failure against all but success: older news never turns them back.
  if (!isChargeOpen(payment)) return unchanged(payment)
  const providerReference = fact.reference ?? payment.providerReference
  switch (fact.kind) {
    case 'failed':
      return decided(payment, { ...payment, status: 'failed', providerReference, nextAction: null, failure: fact.failure }, now, [{ type: 'payment.failed' }])
    case 'canceled':
      return decided(payment, { ...payment, status: 'canceled', providerReference, nextAction: null }, now, [{ type: 'payment.canceled' }])
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

const EVENT = { open: 'dispute.opened', won: 'dispute.won', lost: 'dispute.lost' } as const

/** Opens or ends a dispute. Its end is final: news of its opening that arrives later changes nothing. @throws payment_unreadable */
export function settleDispute (payment: Payment, fact: DisputeFact, now: Timestamp): Decision {
  const known = payment.disputes.find(({ disputeId }) => disputeId === fact.disputeId)
  if (known?.status === 'won' || known?.status === 'lost' || (known !== undefined && fact.status === 'open')) return unchanged(payment)
  checkUnderstood(payment)
  const dispute: Dispute = { ...known, disputeId: fact.disputeId, amount: fact.amount, status: fact.status }
  const others = payment.disputes.filter(({ disputeId }) => disputeId !== fact.disputeId)
  const disputed: Payment = { ...payment, disputes: [...others, dispute] }
  const next = { ...disputed, status: capturedStatus(disputed) }
  return decided(payment, next, now, [{ type: EVENT[fact.status], amount: fact.amount }])
}

/** The provider of money that reached us on another way: nobody can be asked about it, and nobody gives it back. */
const MANUAL = 'manual'

/**
 * A payment that an administrator has put down: made and taken in one change, and no lease is left open.
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
