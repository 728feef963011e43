import type { PaymentFact, ReportedFact } from '#domain/payments/payment-fact.js'
import type { Payment } from '#domain/payments/payment.js'
import { laterBy, type Timestamp } from '#domain/time.js'
import type { LeaseClaim } from '#domain/lease.js'
import type { Clock, Identity } from '../ports/system.js'
import type { ChargeAnswer, PaymentGateway, RefundAnswer } from '../ports/payment-gateway.js'

/** Longer than a call to a provider takes with all its time-outs. */
const LEASE_MS = 60_000

export function leaseClaim (owner: string, now: Timestamp): LeaseClaim {
  return { owner, until: laterBy(now, LEASE_MS), now }
}

/**
 * A fact of a provider about a payment, in our terms: a refund that was made there gets the id that follows from the provider's, so
 * that webhook, look-up and replay meet on one entry.
 *
 * @param askedAt when the look-up began that learned it, by our clock: its word about a dispute is as old as that. Providers date their
 *   events in whole seconds, so its second counts: within one, the later state of a dispute holds
 */
export function factAbout (paymentId: string, fact: ReportedFact, identity: Identity, askedAt?: Timestamp): PaymentFact {
  if (fact.kind === 'dispute') return askedAt === undefined ? fact : { at: secondOf(askedAt), ...fact }
  if (fact.kind !== 'refund') return fact
  const { refundId, ...word } = fact
  return refundId === null
    ? { ...word, refundId: identity.derived('re', [paymentId, 'provider-refund', String(word.reference)]), origin: 'provider' }
    : { ...word, refundId }
}

function secondOf (moment: Timestamp): Timestamp {
  return `${moment.slice(0, 'YYYY-MM-DDTHH:MM:SS'.length)}.000Z`
}

export interface AskPorts {
  readonly identity: Identity
  readonly clock: Clock
}

/**
 * Everything that the provider says about a payment; null if it does not answer.
 *
 * @param ask `cancel` closes the payment first
 */
export async function lookUp (
  gateway: PaymentGateway, payment: Payment, { identity, clock }: AskPorts, ask: 'lookup' | 'cancel' = 'lookup'
): Promise<readonly PaymentFact[] | null> {
  const askedAt = clock()
  const answer = await gateway[ask](payment)
  if (answer.kind === 'unknown') return null
  return answer.kind === 'found' ? answer.facts.map((fact) => factAbout(payment.paymentId, fact, identity, askedAt)) : []
}

/** The facts in an answer: none if the outcome is unknown. A refusal says nothing about a request that was sent before. */
export function chargeFacts (answer: ChargeAnswer): PaymentFact[] {
  return answer.kind === 'unknown' || answer.kind === 'refused' ? [] : [answer]
}

export function refundFacts (refundId: string, answer: RefundAnswer): PaymentFact[] {
  if (answer.kind === 'unknown') return []
  const { kind: status, ...told } = answer
  return [{ kind: 'refund', refundId, status, ...told }]
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
  sendAgain: (facts: readonly PaymentFact[]) => Promise<PaymentFact[]>,
  ports: AskPorts
): Promise<readonly PaymentFact[]> {
  const facts = await lookUp(gateway, payment, ports)
  if (facts === null) return []
  if (facts.some(tells)) return facts
  return gateway.capabilities.idempotent ? await sendAgain(facts) : []
}
