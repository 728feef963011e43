import { followUpAfter, firstFollowUp, isChargeOpen, isDue, isOpen } from './follow-up.js'
import { asOneChange, decided, unchanged, type Decision } from './decision.js'
import { ended, isHeld, isLeased, takenOver, type LeaseClaim } from './lease.js'
import { flagged, isUnderstood, type Lease, type Payment } from './payment.js'
import type { Timestamp } from '../time.js'

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
