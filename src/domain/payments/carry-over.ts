import { asOneChange, raiseFlag, type Decision } from './decision.js'
import { concludeCharge } from './lease.js'
import type { ChargeFact, PaymentFact } from './payment-fact.js'
import { checkUnderstood, type Payment } from './payment.js'
import { settleAll } from './settlement.js'

/**
 * Applies to a payment, in whatever state it is by now, what another change of it learned between the states `before` and `after`:
 * the facts of its provider, its new flags, and the end of the lease of its charge. Applying it again changes nothing.
 *
 * @throws payment_unreadable when a state is one that only another version knows
 */
export function carryOver (payment: Payment, before: Payment, after: Payment): Decision {
  const now = after.updatedAt
  const facts = factsBetween(before, after)
  if (facts.length > 0 || after.status !== before.status) checkUnderstood(after)
  const flags = after.flags.filter((flag) => !before.flags.includes(flag))
  const learned = flags.reduce<Decision>((sofar, flag) => {
    const { payment: next, events } = raiseFlag(sofar.payment, flag, now, after.providerReference)
    return { payment: next, events: [...sofar.events, ...events] }
  }, settleAll(payment, facts, now))
  const decision = asOneChange(payment, learned)
  return after.lease.until === null ? concludeCharge(payment, decision, after.lease.owner, now) : decision
}

function factsBetween (before: Payment, after: Payment): readonly PaymentFact[] {
  const old = new Set(factsOf(before).map((fact) => JSON.stringify(fact)))
  return factsOf(after).filter((fact) => !old.has(JSON.stringify(fact)))
}

/** Facts that bring a new payment to this state. */
function factsOf (payment: Payment): readonly PaymentFact[] {
  const refunds = payment.refunds.map(({ refundId, status }): PaymentFact => ({ kind: 'refund', refundId, status }))
  const disputes = payment.disputes.map(({ disputeId, status, amount }): PaymentFact => ({ kind: 'dispute', disputeId, status, amount }))
  return [...chargeFactOf(payment), ...refunds, ...disputes]
}

function chargeFactOf ({ status, capturedAmount, currency, providerReference: reference, nextAction, failure }: Payment): ChargeFact[] {
  if (reference !== null && capturedAmount > 0) return [{ kind: 'succeeded', reference, amount: capturedAmount, currency }]
  if (status === 'failed' && failure !== null) return [{ kind: 'failed', reference, failure }]
  if (status === 'canceled') return [{ kind: 'canceled', reference, ...(failure === null ? {} : { failure }) }]
  if (reference === null) return []
  return [nextAction === null ? { kind: 'processing', reference } : { kind: 'requires_action', reference, nextAction }]
}
