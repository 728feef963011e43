import { DomainError } from '#domain/errors.js'
import type { Payment } from '#domain/payments/payment.js'
import { isKnownFact, type PaymentFact, type ReportedFact } from '#domain/payments/payment-fact.js'
import { findRefund, isRefundId } from '#domain/payments/refund.js'
import { isEarly, settleAll } from '#domain/payments/settlement.js'
import { appliedEvent, type WaitReason, type WebhookEvent } from '#domain/payments/webhook-event.js'
import type { Clock, Identity } from '../ports/system.js'
import type { PaymentStore } from '../ports/payment-store.js'
import type { WebhookEffect } from '../webhooks/inbox.js'
import { gatewayOf, type Gateways } from './gateways.js'
import { factAbout, lookUp } from './provider-call.js'

export interface ApplyWebhookEventPorts {
  readonly payments: PaymentStore
  readonly gateways: Gateways
  readonly identity: Identity
  readonly clock: Clock
}

/** Applies an event to its payment, once, or says why it has to wait. */
export function makeApplyWebhookEvent ({ payments, gateways, identity, clock }: ApplyWebhookEventPorts) {
  /** @param ask asks the provider for the missing facts when the event is early */
  return async function applyWebhookEvent (event: WebhookEvent, { ask }: { readonly ask: boolean }): Promise<WebhookEffect> {
    const { fact } = event
    if (fact === null) return 'ignored'
    const payment = await paymentOf(event)
    if (typeof payment === 'string') return payment
    // A valid signature lets a provider speak only about its own payments.
    if (payment.provider !== event.provider) return 'ignored'
    return await apply(payment, fact === 'ask' ? fact : factAbout(payment.paymentId, ofThisVersion(fact, payment), identity), event, ask).catch(unreadable)
  }

  async function apply (payment: Payment, fact: PaymentFact | 'ask', event: WebhookEvent, ask: boolean): Promise<WebhookEffect> {
    if (fact !== 'ask' && !isKnownFact(fact)) return 'payment_unreadable'
    if (fact !== 'ask' && !isEarly(payment, fact)) return await settle(payment, [fact], event)
    if (fact !== 'ask' && !ask) return 'too_early'
    const known = await factsOf(payment)
    if (fact === 'ask') return known.length === 0 ? 'provider_silent' : await settle(payment, known, event)
    const { payment: informed } = await payments.update(payment.paymentId, (current) => settleAll(current, known, clock()), { known: payment })
    return isEarly(informed, fact) ? 'too_early' : await settle(informed, [fact], event)
  }

  async function settle (known: Payment, facts: readonly PaymentFact[], event: WebhookEvent): Promise<'applied' | 'duplicate'> {
    const now = clock()
    const { duplicate } = await payments.update(known.paymentId, (current) => settleAll(current, facts, now), { known, webhookEvent: appliedEvent(event) })
    return duplicate ? 'duplicate' : 'applied'
  }

  /** The payment of the event, or why there is none. */
  async function paymentOf ({ provider, paymentId, providerReference }: WebhookEvent): Promise<Payment | 'ignored' | 'payment_unknown'> {
    if (paymentId !== null) return await payments.find(paymentId) ?? 'payment_unknown'
    if (providerReference === null) return 'ignored'
    return await payments.findByReference(provider, providerReference) ?? await paymentBehind(provider, providerReference)
  }

  /** A charge that is not the one of a payment: a second one, or one of another application on the same account. The provider knows. */
  async function paymentBehind (provider: string, reference: string): Promise<Payment | 'ignored' | 'payment_unknown'> {
    const answer = await gatewayOf(gateways, provider)?.paymentOf?.(reference)
    if (answer?.kind === 'not_found') return 'ignored'
    return answer?.kind === 'found' ? await payments.find(answer.paymentId) ?? 'payment_unknown' : 'payment_unknown'
  }

  /** The facts that the provider knows; none if it does not answer or is no longer configured. */
  async function factsOf (payment: Payment): Promise<readonly PaymentFact[]> {
    const gateway = gatewayOf(gateways, payment.provider)
    return gateway === null ? [] : await lookUp(gateway, payment, { identity, clock }) ?? []
  }
}

/** Earlier versions stored the provider's id of a refund that was made there as if it were ours. */
function ofThisVersion (fact: ReportedFact, payment: Payment): ReportedFact {
  if (fact.kind !== 'refund' || fact.refundId === null || fact.reference !== undefined) return fact
  return isRefundId(fact.refundId) || findRefund(payment, fact.refundId) !== undefined ? fact : { ...fact, refundId: null, reference: fact.refundId }
}

/** An event whose fact or payment only another version of the service knows waits for that version. */
function unreadable (error: unknown): WaitReason {
  if (error instanceof DomainError && error.code === 'payment_unreadable') return 'payment_unreadable'
  throw error
}
