import { isLeased, type Lease, type LeaseClaim } from '../lease.js'
import { ended, isHeld, takenOver } from '../lease.js'
import { DAY_MS, laterBy, type Timestamp } from '../time.js'
import { asOneChange, decided, flaggedEvent, unchanged, type Decision } from './decision.js'
import { flagged, type CauseDraft } from './flag.js'
import { firstFollowUp, followUpAfter, isChargeOpen, isDue, isOffered, isOpen, offerEnd } from './follow-up.js'
import { isUnderstood, type Payment } from './payment.js'
import { findRefund, withRefund } from './refund.js'

/** Whether the outcome of the charge is unknown: the provider has neither refused nor acknowledged it. */
export function isChargeUnknown (payment: Payment): boolean {
  return payment.status === 'pending' && payment.providerReference === null
}

/** Gives the claimant the lease of a charge with an unknown outcome, once the earlier lease is over. */
export function takeCharge (payment: Payment, claim: LeaseClaim): Decision {
  if (!isUnderstood(payment) || !isChargeUnknown(payment) || isLeased(payment.lease, claim.now)) return unchanged(payment)
  return decided(payment, { ...payment, lease: takenOver(payment.lease, claim), followUp: payment.followUp ?? firstFollowUp(claim.now) }, claim.now, [])
}

/** Lets another provider charge, where the owner of the lease knows that the one before has not charged. */
export function handOver (payment: Payment, provider: string, owner: string, now: Timestamp): Decision {
  if (!isUnderstood(payment) || !isChargeUnknown(payment) || !isHeld(payment.lease, owner)) return unchanged(payment)
  return decided(payment, { ...payment, provider }, now, [])
}

/** Gives the claimant the lease of a pending refund, once the earlier lease is over. */
export function takeRefund (payment: Payment, refundId: string, claim: LeaseClaim): Decision {
  const refund = findRefund(payment, refundId)
  if (!isUnderstood(payment) || refund?.status !== 'pending' || isLeased(refund.lease, claim.now)) return unchanged(payment)
  const taken = withRefund(payment, { ...refund, lease: takenOver(refund.lease, claim) })
  return decided(payment, { ...taken, followUp: payment.followUp ?? firstFollowUp(claim.now) }, claim.now, [])
}

/** Adds to a decision the end of the lease of the charge, if `owner` still holds it. */
export function concludeCharge (before: Payment, decision: Decision, owner: string, now: Timestamp): Decision {
  const { payment } = decision
  if (!isHeld(payment.lease, owner)) return decision
  return withPayment(before, decision, { ...payment, lease: ended(payment.lease) }, now)
}

/** Adds to a decision the end of the lease of a refund, if `owner` still holds it. */
export function concludeRefund (before: Payment, decision: Decision, refundId: string, owner: string, now: Timestamp): Decision {
  const refund = findRefund(decision.payment, refundId)
  if (refund === undefined || !isHeld(refund.lease, owner)) return decision
  return withPayment(before, decision, withRefund(decision.payment, { ...refund, lease: ended(refund.lease) }), now)
}

/** A decision that changed nothing becomes a version without an event. */
function withPayment (before: Payment, decision: Decision, payment: Payment, now: Timestamp): Decision {
  return decision.payment === before ? decided(before, payment, now, []) : { ...decision, payment }
}

/** `due`: a follow-up of the schedule. `now`: a check that a person asks for, which the schedule does not count. */
export type CheckKind = 'due' | 'now'

/**
 * Gives the claimant the free leases of everything open: of the charge and of each pending refund. A follow-up moves to
 * the end of the lease, so that it is due again if the claimant dies. In a state of another version the payment only gets a later
 * follow-up, so that it does not keep others from their turn.
 */
export function takeOpen (payment: Payment, claim: LeaseClaim, kind: CheckKind): Decision {
  if (kind === 'due' && !isDue(payment, claim.now)) return unchanged(payment)
  const followUp = kind === 'now' || payment.followUp === null ? payment.followUp : { ...payment.followUp, dueAt: claim.until }
  if (!isUnderstood(payment)) return kind === 'now' ? unchanged(payment) : decided(payment, { ...payment, followUp }, claim.now, [])
  const take = (lease: Lease): Lease => isLeased(lease, claim.now) ? lease : takenOver(lease, claim)
  const lease = isChargeOpen(payment) ? take(payment.lease) : payment.lease
  const refunds = payment.refunds.map((refund) => refund.status === 'pending' ? { ...refund, lease: take(refund.lease) } : refund)
  const taken = [lease, ...refunds.map((refund) => refund.lease)].some((one) => isHeld(one, claim.owner))
  return taken ? decided(payment, { ...payment, lease, refunds, followUp }, claim.now, []) : unchanged(payment)
}

/**
 * Adds to a decision the end of all leases that `owner` still holds. What is still open gets its next follow-up, or a flag
 * after the last one.
 *
 * @param abandonMs how long payers have where the request did not say
 */
export function concludeOpen (before: Payment, decision: Decision, owner: string, kind: CheckKind, now: Timestamp, abandonMs: number): Decision {
  const { payment } = decision
  const leases = [payment.lease, ...payment.refunds.map(({ lease }) => lease)]
  // Without a lease the follow-up belongs to the owner who took over.
  if (!leases.some((lease) => isHeld(lease, owner))) return decision
  const free = (lease: Lease): Lease => isHeld(lease, owner) ? ended(lease) : lease
  const freed: Payment = { ...payment, lease: free(payment.lease), refunds: payment.refunds.map((refund) => ({ ...refund, lease: free(refund.lease) })) }
  const next = kind === 'due' && isOpen(freed) ? followedUp(freed, now, abandonMs) : freed
  const last = decided(payment, next, now, newCauses(payment, next).map(flaggedEvent))
  return asOneChange(before, { payment: last.payment, events: [...decision.events, ...last.events] })
}

/** The causes that `next` adds; one without a reference where it adds a flag alone, because the payment has as many causes as it may have. */
function newCauses ({ flags, causes }: Payment, next: Payment): readonly CauseDraft[] {
  return next.flags !== flags && next.causes === causes ? [{}] : next.causes.slice(causes.length)
}

function followedUp (payment: Payment, now: Timestamp, abandonMs: number): Payment {
  const before = payment.followUp ?? firstFollowUp(now)
  const followUp = followUpAfter(before, now) ?? (isVoucherOpen(payment, now) ? { ...before, dueAt: laterBy(now, DAY_MS) } : null)
  const end = offerEnd(payment, abandonMs)
  // A charge is closed as soon as its offer is over, by a follow-up beside those of the schedule.
  if (followUp !== null && isOffered(payment) && end > now && end < followUp.dueAt) return { ...payment, followUp: { ...before, dueAt: end } }
  return followUp === null ? flaggedUnknown({ ...payment, followUp }, now) : { ...payment, followUp }
}

/** Banks report money that was paid on a voucher's last day some days later. */
const VOUCHER_MS = 3 * DAY_MS

/** Whether a voucher that the payer holds may still be paid, or may have been paid at the end of its time: it is asked about each day. */
function isVoucherOpen ({ nextAction }: Payment, now: Timestamp): boolean {
  return nextAction?.type === 'voucher' && nextAction.expiresAt !== undefined && laterBy(nextAction.expiresAt, VOUCHER_MS) > now
}

/** Flags the payment for each thing that is open: a decision about one of them says nothing about a later refund. */
function flaggedUnknown (payment: Payment, now: Timestamp): Payment {
  const refunds = payment.refunds.filter(({ status }) => status === 'pending').map(({ refundId, amount }): CauseDraft => ({ reference: refundId, amount }))
  const open = isChargeOpen(payment) ? [{}, ...refunds] : refunds
  return open.reduce((sofar, cause) => flagged(sofar, 'outcome_unknown', now, cause), payment)
}
