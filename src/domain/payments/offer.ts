import type { Timestamp } from '../time.js'
import { dueBy, firstFollowUp, isChargeOpen, isOffered, offerEnd } from './follow-up.js'
import { isLeased } from '../lease.js'
import type { NextAction, Payment } from './payment.js'
import { decided, unchanged, type Decision } from './decision.js'

/** The next action while it can be taken: null once the page is closed at the provider, or the offer is over here. */
export function liveAction (payment: Payment, now: Timestamp, abandonMs: number): NextAction | null {
  const { nextAction } = payment
  if (nextAction === null) return null
  const isOver = nextAction.type === 'redirect' && offerEnd(payment, abandonMs) <= now
  return isOver || (nextAction.expiresAt !== undefined && nextAction.expiresAt <= now) ? null : nextAction
}

/** Whether the payer has had their time and has not done their part, so that the payment is to be closed at the provider. */
export function isAbandoned (payment: Payment, now: Timestamp, abandonMs: number): boolean {
  return isOffered(payment) && !isLeased(payment.lease, now) && offerEnd(payment, abandonMs) <= now
}

/** Ends the offer of an open charge now: its page is not shown any more, whatever the provider says about closing it. It is asked again soon. */
export function endOffer (payment: Payment, now: Timestamp): Decision {
  if (!isChargeOpen(payment) || (payment.expiresAt !== null && payment.expiresAt <= now)) return unchanged(payment)
  const followUp = payment.followUp && dueBy(payment.followUp, firstFollowUp(now).dueAt)
  return decided(payment, { ...payment, expiresAt: now, followUp }, now, [])
}
