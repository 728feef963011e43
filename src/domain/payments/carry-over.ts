import { asOneChange, raiseFlag, type Decision } from './decision.js'
import { concludeCharge } from './lease.js'
import type { ChargeFact, PaymentFact } from './payment-fact.js'
import { checkUnderstood, type Cause, type Dispute, type Payment, type Refund } from './payment.js'
import { settleTogether } from './settlement.js'

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
  const causes = newCauses(before, after)
  const learned = causes.reduce<Decision>((sofar, { flag, ...cause }) => {
    const { payment: next, events } = raiseFlag(sofar.payment, flag, now, cause)
    return { payment: next, events: [...sofar.events, ...events] }
  }, settleTogether(payment, facts, now))
  const decision = asOneChange(payment, learned)
  return after.lease.until === null ? concludeCharge(payment, decision, after.lease.owner, now) : decision
}

function factsBetween (before: Payment, after: Payment): readonly PaymentFact[] {
  const old = new Set(factsOf(before).map((fact) => JSON.stringify(fact)))
  return factsOf(after).filter((fact) => !old.has(JSON.stringify(fact)))
}

/** The causes that the change added, and the flags that it added without a cause, as versions before causes did. */
function newCauses (before: Payment, after: Payment): ReadonlyArray<Pick<Cause, 'flag' | 'reference' | 'amount'>> {
  const old = new Set(before.causes.map(({ flag, reference, amount }) => JSON.stringify([flag, reference, amount])))
  const causes = after.causes.filter(({ flag, reference, amount }) => !old.has(JSON.stringify([flag, reference, amount])))
  const bare = after.flags.filter((flag) => !before.flags.includes(flag) && !causes.some((cause) => cause.flag === flag))
  return [...causes, ...bare.map((flag) => ({ flag, reference: null, amount: null }))]
}

/** Facts that bring a new payment to this state. */
function factsOf (payment: Payment): readonly PaymentFact[] {
  // Which charge is the payment's own may change, so that each entry names its own.
  const own = payment.taken?.reference ?? payment.providerReference ?? undefined
  return [
    ...chargeFactOf(payment),
    ...payment.refunds.map((refund) => refundFactOf(refund, refund.charge ?? own)),
    ...payment.disputes.map((dispute) => disputeFactOf(dispute, dispute.charge ?? own)),
  ]
}

function chargeFactOf ({ status, capturedAmount, currency, taken, providerReference: reference, nextAction, failure }: Payment): ChargeFact[] {
  if (taken !== null) {
    const { amount: charged, installments, ...charge } = taken
    return [{ kind: 'succeeded', ...charge, amount: capturedAmount > 0 ? capturedAmount : charged, charged, installments }]
  }
  if (reference !== null && capturedAmount > 0) return [{ kind: 'succeeded', reference, amount: capturedAmount, currency }]
  if (status === 'failed' && failure !== null) return [{ kind: 'failed', reference, failure }]
  if (status === 'canceled') return [{ kind: 'canceled', reference, ...(failure === null ? {} : { failure }) }]
  if (reference === null) return []
  if (status === 'requires_action' && nextAction !== null) return [{ kind: 'requires_action', reference, nextAction }]
  return [{ kind: 'processing', reference, ...(nextAction === null ? {} : { nextAction }) }]
}

function refundFactOf ({ refundId, status, amount, origin, reference, failure }: Refund, charge: string | undefined): PaymentFact {
  return {
    kind: 'refund',
    refundId,
    status,
    amount,
    ...(origin === 'provider' && { origin }),
    ...(reference !== null && { reference }),
    ...(charge !== undefined && { charge }),
    ...(failure !== null && { failure }),
  }
}

function disputeFactOf ({ disputeId, status, amount, currency, at }: Dispute, charge: string | undefined): PaymentFact {
  return { kind: 'dispute', disputeId, status, amount, ...(currency !== null && { currency }), ...(at !== null && { at }), ...(charge !== undefined && { charge }) }
}
