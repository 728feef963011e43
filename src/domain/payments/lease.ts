import type { Timestamp } from '../time.js'
import { asOneChange, decided, unchanged, type Decision } from './decision.js'
import { firstFollowUp, followUpAfter, isChargeOpen, isDue, isOpen } from './follow-up.js'
import { flagged, isUnderstood, type Lease, type Payment } from './payment.js'
import { findRefund, withRefund } from './refund.js'

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

/** `due`: a check of the schedule, which counts. `now`: one that a person asks for, beside the schedule. */
export type CheckKind = 'due' | 'now'

/**
 * Lets the claimant find out how all that is open ends, where nobody is at it: the charge, and each refund that is pending.
 * Should he die over a check of the schedule, it is due again when his lease is over.
 */
export function takeOpen (payment: Payment, claim: LeaseClaim, kind: CheckKind): Decision {
  if (kind === 'due' && !isDue(payment, claim.now)) return unchanged(payment)
  if (!isUnderstood(payment)) return kind === 'due' ? postponed(payment, claim) : unchanged(payment)
  const take = (lease: Lease): Lease => isLeased(lease, claim.now) ? lease : takenOver(lease, claim)
  const lease = isChargeOpen(payment) ? take(payment.lease) : payment.lease
  const refunds = payment.refunds.map((refund) => refund.status === 'pending' ? { ...refund, lease: take(refund.lease) } : refund)
  const taken = [lease, ...refunds.map((refund) => refund.lease)].some((one) => isHeld(one, claim.owner))
  if (!taken) return unchanged(payment)
  const followUp = kind === 'now' || payment.followUp === null ? payment.followUp : { ...payment.followUp, dueAt: claim.until }
  return decided(payment, { ...payment, lease, refunds, followUp }, claim.now, [])
}

/** The check of a payment that another version has to make is due again later, so that it does not keep others from their turn. */
function postponed (payment: Payment, { until, now }: LeaseClaim): Decision {
  return decided(payment, { ...payment, followUp: payment.followUp && { ...payment.followUp, dueAt: until } }, now, [])
}

/** The decision, with all leases ended that `owner` still holds. What is open even so is checked later, or flagged after the last check. */
export function concludeOpen (before: Payment, decision: Decision, owner: string, kind: CheckKind, now: Timestamp): Decision {
  const { payment } = decision
  const leases = [payment.lease, ...payment.refunds.map(({ lease }) => lease)]
  // Whoever took over in between counts for himself.
  if (!leases.some((lease) => isHeld(lease, owner))) return decision
  const free = (lease: Lease): Lease => isHeld(lease, owner) ? ended(lease) : lease
  const freed: Payment = { ...payment, lease: free(payment.lease), refunds: payment.refunds.map((refund) => ({ ...refund, lease: free(refund.lease) })) }
  const next = kind === 'due' && isOpen(freed) ? checked(freed, now) : freed
  const last = decided(payment, next, now, next.flags === payment.flags ? [] : [{ type: 'payment.flagged' }])
  return asOneChange(before, { payment: last.payment, events: [...decision.events, ...last.events] })
}

function checked (payment: Payment, now: Timestamp): Payment {
  const followUp = followUpAfter(payment.followUp ?? firstFollowUp(now), now)
  return followUp === null ? flagged({ ...payment, followUp }, 'outcome_unknown') : { ...payment, followUp }
}
