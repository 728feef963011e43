import { asOneChange, raiseFlag, type Decision } from './decision.js'
import { concludeCharge } from './lease.js'
import type { Payment } from './payment.js'
import type { ChargeFact, PaymentFact } from './payment-fact.js'
import { settleAll } from './settlement.js'

/**
 * Brings a payment, wherever it stands by now, to what was learnt of it on the way between two other states of it: what its
 * provider has said, what a person should look at, and that nobody is waiting for the charge any more. Doing so again changes nothing.
 */
export function carryOver (payment: Payment, before: Payment, after: Payment): Decision {
  const now = after.updatedAt
  const flags = after.flags.filter((flag) => !before.flags.includes(flag))
  const learnt = flags.reduce<Decision>((sofar, flag) => {
    const { payment: next, events } = raiseFlag(sofar.payment, flag, now, after.providerReference)
    return { payment: next, events: [...sofar.events, ...events] }
  }, settleAll(payment, news(before, after), now))
  const decision = asOneChange(payment, learnt)
  return after.lease.until === null ? concludeCharge(payment, decision, after.lease.owner, now) : decision
}

function news (before: Payment, after: Payment): readonly PaymentFact[] {
  const old = new Set(factsOf(before).map((fact) => JSON.stringify(fact)))
  return factsOf(after).filter((fact) => !old.has(JSON.stringify(fact)))
}

/** What providers must have said to bring a payment to where it stands. */
function factsOf (payment: Payment): readonly PaymentFact[] {
  const refunds = payment.refunds.map(({ refundId, status }): PaymentFact => ({ kind: 'refund', refundId, status }))
  const disputes = payment.disputes.map(({ disputeId, status, amount }): PaymentFact => ({ kind: 'dispute', disputeId, status, amount }))
  return [...chargeFactOf(payment), ...refunds, ...disputes]
}

function chargeFactOf ({ status, capturedAmount, currency, providerReference: reference, nextAction, failure }: Payment): ChargeFact[] {
  if (reference !== null && capturedAmount > 0) return [{ kind: 'succeeded', reference, amount: capturedAmount, currency }]
  if (status === 'failed' && failure !== null) return [{ kind: 'failed', reference, failure }]
  if (status === 'canceled') return [{ kind: 'canceled', reference }]
  if (reference === null) return []
  return [nextAction === null ? { kind: 'processing', reference } : { kind: 'requires_action', reference, nextAction }]
}
