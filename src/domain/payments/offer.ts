import { laterBy, type Timestamp } from '../time.js'
import { isChargeOpen, isPayerDone } from './follow-up.js'
import { isLeased } from './lease.js'
import type { NextAction, Payment } from './payment.js'
import { decided, unchanged, type Decision } from './decision.js'

/** The next action while it can be taken: null once the page is closed at the provider, or the offer is over here. */
export function liveAction ({ nextAction, expiresAt }: Payment, now: Timestamp): NextAction | null {
  if (nextAction === null) return null
  const isOver = [nextAction.expiresAt, nextAction.type === 'redirect' ? expiresAt : null].some((end) => end != null && end <= now)
  return isOver ? null : nextAction
}

/**
 * Whether the payer has had their time and has not done their part, so that the payment is to be closed at the provider.
 *
 * @param abandonMs how long payers have where the request did not say
 */
export function isAbandoned (payment: Payment, now: Timestamp, abandonMs: number): boolean {
  const end = payment.expiresAt ?? laterBy(payment.createdAt, abandonMs)
  return isChargeOpen(payment) && !isPayerDone(payment) && !isLeased(payment.lease, now) && end <= now
}

/** Ends the offer of an open charge now: its page is not shown any more, whatever the provider says about closing it. */
export function endOffer (payment: Payment, now: Timestamp): Decision {
  if (!isChargeOpen(payment) || (payment.expiresAt !== null && payment.expiresAt <= now)) return unchanged(payment)
  return decided(payment, { ...payment, expiresAt: now }, now, [])
}
