import type { PaymentFact } from '#domain/payments/payment-fact.js'
import type { Payment } from '#domain/payments/payment.js'
import { laterBy, type Timestamp } from '#domain/time.js'
import type { LeaseClaim } from '#domain/payments/lease.js'
import type { ChargeAnswer, PaymentGateway, RefundAnswer } from '../ports/payment-gateway.js'

/** Longer than a call to a provider takes with all its time-outs. */
const LEASE_MS = 60_000

export function leaseClaim (owner: string, now: Timestamp): LeaseClaim {
  return { owner, until: laterBy(now, LEASE_MS), now }
}

/** The facts in an answer: none if the outcome is unknown. A refusal says nothing about a request that was sent before. */
export function chargeFacts (answer: ChargeAnswer): PaymentFact[] {
  return answer.kind === 'unknown' || answer.kind === 'refused' ? [] : [answer]
}

export function refundFacts (refundId: string, answer: RefundAnswer): PaymentFact[] {
  return answer.kind === 'unknown' ? [] : [{ kind: 'refund', refundId, status: answer.kind }]
}

export function tellsOfRefund (refundId: string): (fact: PaymentFact) => boolean {
  return (fact) => fact.kind === 'refund' && fact.refundId === refundId
}

/**
 * Finds the outcome of a charge or a refund whose outcome is unknown. It looks the payment up at the provider, and sends again
 * only if the provider does not know the charge or refund, and takes a repeated key for the same one. Otherwise the outcome
 * stays unknown.
 *
 * @param tells whether a fact says how the charge or refund ended
 * @param sendAgain receives the facts that the provider knows
 */
export async function askBeforeSending (
  gateway: PaymentGateway,
  payment: Payment,
  tells: (fact: PaymentFact) => boolean,
  sendAgain: (facts: readonly PaymentFact[]) => Promise<PaymentFact[]>
): Promise<readonly PaymentFact[]> {
  const answer = await gateway.lookup(payment)
  if (answer.kind === 'unknown') return []
  const facts = answer.kind === 'found' ? answer.facts : []
  if (facts.some(tells)) return facts
  return gateway.capabilities.idempotent ? await sendAgain(facts) : []
}
