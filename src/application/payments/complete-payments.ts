import { concludeOpen, takeOpen, type CheckKind } from '#domain/payments/lease.js'
import { isAbandoned } from '#domain/payments/offer.js'
import type { PaymentFact } from '#domain/payments/payment-fact.js'
import type { Payment, Refund } from '#domain/payments/payment.js'
import { maySendReserved } from '#domain/payments/refund.js'
import { settleAll } from '#domain/payments/settlement.js'
import type { Clock, Identity } from '../ports/system.js'
import type { PaymentGateway } from '../ports/payment-gateway.js'
import type { PaymentStore } from '../ports/payment-store.js'
import { allSettledOrThrow } from '../turns.js'
import { gatewayOf, type Gateways } from './gateways.js'
import { leaseClaim, lookUp, refundFacts, tellsOfRefund, type AskPorts } from './provider-call.js'

export interface CompletionPorts {
  readonly payments: PaymentStore
  readonly gateways: Gateways
  readonly identity: Identity
  readonly clock: Clock
  /** How long payers have to pay where the request did not say. */
  readonly abandonMs: number
}

export interface Completion {
  readonly payment: Payment
  /** False if nothing was open, or if another owner held the lease. */
  readonly asked: boolean
  /** Whether the provider has answered. */
  readonly answered: boolean
}

/**
 * Completes the open charge and refunds of a payment. It asks the provider, and sends a pending refund again under its own key,
 * if the provider does not know it and accepts repeats, and no dispute forbids it. A charge whose payer has had their time is
 * closed at the provider. It never sends a charge again, because the payer's token is not stored.
 */
export function makeCompletePayment ({ payments, gateways, identity, clock, abandonMs }: CompletionPorts) {
  return async function completePayment (known: Payment, kind: CheckKind): Promise<Completion> {
    const claim = leaseClaim(identity.random('lease'), clock())
    const { payment } = await payments.update(known.paymentId,
      (current) => takeOpen(current, claim, kind), { known })
    const ports = { identity, clock, isAbandoned: isAbandoned(known, claim.now, abandonMs) }
    const refunds = payment.refunds.filter(({ status, lease }) => status === 'pending' && lease.owner === claim.owner)
    if (payment.lease.owner !== claim.owner && refunds.length === 0) return { payment, asked: false, answered: false }
    const gateway = gatewayOf(gateways, payment.provider)
    const facts = gateway === null ? null : await askAndSend(gateway, payment, refunds, ports)
    const now = clock()
    const update = await payments.update(payment.paymentId,
      (current) => concludeOpen(current, settleAll(current, facts ?? [], now), claim.owner, kind, now, abandonMs), { known: payment })
    return { payment: update.payment, asked: true, answered: facts !== null }
  }
}

/** The facts that the provider knows, and the outcomes of the refunds that it did not know and that were sent again; null where it does not answer. */
async function askAndSend (gateway: PaymentGateway, payment: Payment, refunds: readonly Refund[], ports: AskPorts & { readonly isAbandoned: boolean }): Promise<readonly PaymentFact[] | null> {
  const facts = await lookUp(gateway, payment, ports, ports.isAbandoned ? 'cancel' : 'lookup')
  if (facts === null) return null
  const maySend = gateway.capabilities.idempotent && maySendReserved(settleAll(payment, facts, ports.clock()).payment)
  const unheard = maySend ? refunds.filter(({ refundId }) => !facts.some(tellsOfRefund(refundId))) : []
  const sent = await Promise.all(unheard.map(async ({ refundId, amount }) => refundFacts(refundId, await gateway.refund({ payment, refundId, amount }))))
  return [...facts, ...sent.flat()]
}

/** Payments that one run of the job completes, all concurrently. */
const PAYMENTS_AT_ONCE = 16

/**
 * One run of the job: makes due follow-ups, a bounded number. Returns whether more may be due. A payment that fails does not
 * stop the others, and is due again when its lease is over.
 *
 * @throws the first error, once all payments are done
 */
export function makeCompletePayments (ports: CompletionPorts) {
  const completePayment = makeCompletePayment(ports)

  return async function completePayments (): Promise<boolean> {
    const due = await ports.payments.due(ports.clock(), PAYMENTS_AT_ONCE)
    const completions = await allSettledOrThrow(due.map(async (payment) => await completePayment(payment, 'due')))
    return completions.some(({ asked }) => asked)
  }
}
