import { DomainError } from '#domain/errors.js'
import { concludeOpen, takeOpen, type CheckKind } from '#domain/payments/lease.js'
import type { PaymentFact } from '#domain/payments/payment-fact.js'
import type { Payment, Refund } from '#domain/payments/payment.js'
import { maySendReserved } from '#domain/payments/refund.js'
import { settleAll } from '#domain/payments/settlement.js'
import type { Timestamp } from '#domain/time.js'
import type { Clock } from '../ports/clock.js'
import type { Identity } from '../ports/identity.js'
import type { PaymentGateway } from '../ports/payment-gateway.js'
import type { PaymentStore } from '../ports/payment-store.js'
import { allSettledOrThrow } from '../turns.js'
import { gatewayOf, type Gateways } from './gateways.js'
import { leaseClaim, refundFacts, tellsOfRefund } from './provider-call.js'

export interface CompletionPorts {
  readonly payments: PaymentStore
  readonly gateways: Gateways
  readonly identity: Identity
  readonly clock: Clock
}

export interface Completion {
  readonly payment: Payment
  /** False where there was nothing to ask, or somebody else was at it. */
  readonly asked: boolean
}

/**
 * Finds out how what is open of a payment ends: it asks the provider, and sends a refund again, under its own key, where the provider has
 * never heard of it and takes repeats, unless a dispute stands in its way. A charge is never sent again from here, because the payer's
 * token is not kept. Nothing is guessed.
 */
export function makeCompletePayment ({ payments, gateways, identity, clock }: CompletionPorts) {
  return async function completePayment (known: Payment, kind: CheckKind): Promise<Completion> {
    const claim = leaseClaim(identity.random('own'), clock())
    const { payment } = await payments.update(known.paymentId,
      (current) => takeOpen(current, claim, kind), { known })
    const refunds = payment.refunds.filter(({ status, lease }) => status === 'pending' && lease.owner === claim.owner)
    if (payment.lease.owner !== claim.owner && refunds.length === 0) return { payment, asked: false }
    const gateway = gatewayOf(gateways, payment.provider)
    const facts = gateway === null ? [] : await askAndSend(gateway, payment, refunds, clock())
    const now = clock()
    const update = await payments.update(payment.paymentId,
      (current) => concludeOpen(current, settleAll(current, facts, now), claim.owner, kind, now), { known: payment })
    return { payment: update.payment, asked: true }
  }
}

/** What the provider says, and what it makes of those refunds that it has never heard of. */
async function askAndSend (gateway: PaymentGateway, payment: Payment, refunds: readonly Refund[], now: Timestamp): Promise<readonly PaymentFact[]> {
  const answer = await gateway.lookup(payment)
  if (answer.kind === 'unknown') return []
  const facts = answer.kind === 'found' ? answer.facts : []
  const maySend = gateway.capabilities.idempotent && maySendReserved(settleAll(payment, facts, now).payment)
  const unheard = maySend ? refunds.filter(({ refundId }) => !facts.some(tellsOfRefund(refundId))) : []
  const sent = await Promise.all(unheard.map(async ({ refundId, amount }) => refundFacts(refundId, await gateway.refund({ payment, refundId, amount }))))
  return [...facts, ...sent.flat()]
}

/** Payments that are looked at in one piece of the work, all at once. */
const PAYMENTS_AT_ONCE = 16

/**
 * Completes payments that are due: a bounded piece of the work. Answers whether there may be more at once.
 *
 * @throws store_unavailable; one payment that fails does not keep the others from being completed, and is due again when its lease is over
 */
export function makeCompletePayments (ports: CompletionPorts) {
  const completePayment = makeCompletePayment(ports)

  return async function completePayments (): Promise<boolean> {
    const due = await ports.payments.due(ports.clock(), PAYMENTS_AT_ONCE)
    const completions = await allSettledOrThrow(due.map(async (payment) => await completePayment(payment, 'due')))
    return completions.some(({ asked }) => asked)
  }
}

/**
 * Asks the provider at once how what is open of a payment ends. Where all is final, or somebody is asking already, it answers the payment as it is.
 *
 * @throws not_found
 */
export function makeReconcilePayment (ports: CompletionPorts) {
  const completePayment = makeCompletePayment(ports)

  return async function reconcilePayment (paymentId: string): Promise<Payment> {
    const known = await ports.payments.find(paymentId)
    if (known === null) throw new DomainError('not_found', 'there is no such payment')
    return (await completePayment(known, 'now')).payment
  }
}
