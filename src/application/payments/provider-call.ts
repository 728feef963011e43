import type { PaymentFact } from '#domain/payments/payment-fact.js'
import type { Payment } from '#domain/payments/payment.js'
import { laterBy, type Timestamp } from '#domain/time.js'
import type { LeaseClaim } from '#domain/payments/lease.js'
import type { ChargeAnswer, PaymentGateway, RefundAnswer } from '../ports/payment-gateway.js'

/** How long one request may keep others away from the provider: more than any call to one takes with its time-outs. */
const LEASE_MS = 60_000

export function leaseClaim (owner: string, now: Timestamp): LeaseClaim {
  return { owner, until: laterBy(now, LEASE_MS), now }
}

/** What the answer says for certain: nothing, where the outcome is unknown. */
export function chargeFacts (answer: ChargeAnswer): PaymentFact[] {
  return answer.kind === 'unknown' ? [] : [answer]
}

export function refundFacts (refundId: string, answer: RefundAnswer): PaymentFact[] {
  return answer.kind === 'unknown' ? [] : [{ kind: 'refund', refundId, status: answer.kind }]
}

export function tellsOfRefund (refundId: string): (fact: PaymentFact) => boolean {
  return (fact) => fact.kind === 'refund' && fact.refundId === refundId
}

/**
 * Finds out what became of a command whose outcome is unknown. The provider is asked first; only where it has never heard
 * of the command, and takes a repeat of the key for the same command, is it sent again. Else it stays unknown.
 *
 * @param sendAgain is given all that the provider has told beside
 */
export async function askBeforeSending (
  gateway: PaymentGateway,
  payment: Payment,
  tells: (fact: PaymentFact) => boolean,
  sendAgain: (told: readonly PaymentFact[]) => Promise<PaymentFact[]>
): Promise<readonly PaymentFact[]> {
  const answer = await gateway.lookup(payment)
  if (answer.kind === 'unknown') return []
  const told = answer.kind === 'found' ? answer.facts : []
  if (told.some(tells)) return told
  return gateway.capabilities.idempotent ? await sendAgain(told) : []
}
