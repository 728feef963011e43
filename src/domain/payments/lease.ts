import { firstFollowUp } from './follow-up.js'
import { decided, unchanged, type Decision } from './decision.js'
import { isUnderstood, type Lease, type Payment } from './payment.js'
import { findRefund, withRefund } from './refund.js'
import type { Timestamp } from '../time.js'

/** Who asks for a lease, until when, and the time at which he asks. */
export interface LeaseClaim {
  readonly owner: string
  readonly until: Timestamp
  readonly now: Timestamp
}

/** Whether somebody is, as far as can be known, still talking to the provider. */
export function isLeased (lease: Lease, now: Timestamp): lease is Lease & { readonly until: Timestamp } {
  return lease.until !== null && lease.until > now
}

/** Whether nobody knows what became of the charge: the provider has neither refused nor acknowledged it. */
export function isChargeUnknown (payment: Payment): boolean {
  return payment.status === 'pending' && payment.providerReference === null
}

/** Lets the claimant carry on with a charge of unknown outcome, where its owner has finished or run out of time. */
export function takeCharge (payment: Payment, claim: LeaseClaim): Decision {
  if (!isUnderstood(payment) || !isChargeUnknown(payment) || isLeased(payment.lease, claim.now)) return unchanged(payment)
  return decided(payment, { ...payment, lease: takenOver(payment.lease, claim), followUp: payment.followUp ?? firstFollowUp(claim.now) }, claim.now, [])
}

/** The same for a refund that is pending. */
export function takeRefund (payment: Payment, refundId: string, claim: LeaseClaim): Decision {
  const refund = findRefund(payment, refundId)
  if (!isUnderstood(payment) || refund?.status !== 'pending' || isLeased(refund.lease, claim.now)) return unchanged(payment)
  const taken = withRefund(payment, { ...refund, lease: takenOver(refund.lease, claim) })
  return decided(payment, { ...taken, followUp: payment.followUp ?? firstFollowUp(claim.now) }, claim.now, [])
}

/** The decision, with the lease of the payment's charge ended if `owner` still holds it. */
export function concludeCharge (before: Payment, decision: Decision, owner: string, now: Timestamp): Decision {
  const { payment } = decision
  if (!isHeld(payment.lease, owner)) return decision
  return withPayment(before, decision, { ...payment, lease: ended(payment.lease) }, now)
}

/** The same for the lease of one of its refunds. */
export function concludeRefund (before: Payment, decision: Decision, refundId: string, owner: string, now: Timestamp): Decision {
  const refund = findRefund(decision.payment, refundId)
  if (refund === undefined || !isHeld(refund.lease, owner)) return decision
  return withPayment(before, decision, withRefund(decision.payment, { ...refund, lease: ended(refund.lease) }), now)
}

export function takenOver (lease: Lease, { owner, until }: LeaseClaim): Lease {
  return { ...lease, owner, epoch: lease.epoch + 1, until }
}

export function isHeld (lease: Lease, owner: string): boolean {
  return lease.owner === owner && lease.until !== null
}

export function ended (lease: Lease): Lease {
  return { ...lease, until: null }
}

/** A decision that changes nothing else becomes a version of its own, without an event. */
function withPayment (before: Payment, decision: Decision, payment: Payment, now: Timestamp): Decision {
  return decision.payment === before ? decided(before, payment, now, []) : { ...decision, payment }
}
