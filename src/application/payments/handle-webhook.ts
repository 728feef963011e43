import { DomainError } from '../../domain/errors.js'
import type { Payment } from '../../domain/payment.js'
import type { PaymentFact } from '../../domain/payment-fact.js'
import { isEarly, settleAll } from '../../domain/settlement.js'
import { laterBy } from '../../domain/time.js'
import type { WebhookEvent } from '../../domain/webhook-event.js'
import type { Clock } from '../ports/clock.js'
import type { Identity } from '../ports/identity.js'
import type { PaymentGateway, WebhookDelivery } from '../ports/payment-gateway.js'
import type { PaymentStore } from '../ports/payment-store.js'
import type { WebhookEventStore } from '../ports/webhook-event-store.js'
import { chooseGateway, type Gateways } from './gateways.js'

/** When an event that came too early is looked at again. */
const EARLY_RETRY_MS = 60_000

export interface HandleWebhookCommand extends Omit<WebhookDelivery, 'now'> {
  /** Null finds the provider by its signature header. */
  readonly provider: string | null
}

/** Applied now; a duplicate of what was applied before; received and waiting for what comes before it; nothing of ours. */
export type WebhookResult = 'applied' | 'duplicate' | 'received' | 'ignored'

export interface HandleWebhookPorts {
  readonly payments: PaymentStore
  readonly webhookEvents: WebhookEventStore
  readonly gateways: Gateways
  readonly identity: Identity
  readonly clock: Clock
}

/**
 * Takes in what a provider tells, once an event. It is stored before it is acknowledged, in the same step as what it changes.
 *
 * @throws invalid_webhook_signature, invalid_webhook, unknown_provider, store_unavailable: the provider then sends it again
 */
export function makeHandleWebhook ({ payments, webhookEvents, gateways, identity, clock }: HandleWebhookPorts) {
  return async function handleWebhook ({ provider, headers, body }: HandleWebhookCommand): Promise<WebhookResult> {
    const gateway = provider === null ? gatewayOfSignature(gateways, headers) : chooseGateway(gateways, provider)
    const now = clock()
    const notice = gateway.verifyWebhook({ headers, body, now })
    const event: WebhookEvent = {
      eventKey: `${gateway.provider}#${notice.eventId}`,
      provider: gateway.provider,
      type: notice.type,
      state: 'ignored',
      paymentId: notice.paymentId,
      providerReference: notice.providerReference,
      fact: notice.fact,
      digest: identity.digest(body),
      receivedAt: now,
      dueAt: null,
    }
    if (notice.fact === null || (notice.paymentId ?? notice.providerReference) === null) return await keep(event)
    const payment = await paymentOf(event)
    // A provider speaks for its own payments only, whatever its signature is worth.
    if (payment !== null && payment.provider !== gateway.provider) return await keep(event)
    const facts = payment === null ? [] : await factsOf(gateway, payment, notice.fact)
    if (payment === null || facts.length === 0) {
      return await keep({ ...event, state: 'received', dueAt: laterBy(now, EARLY_RETRY_MS) })
    }
    const { duplicate } = await payments.update(payment.paymentId, (current) => settleAll(current, facts, now),
      { known: payment, webhookEvent: { ...event, state: 'applied' } })
    return duplicate ? 'duplicate' : 'applied'
  }

  async function paymentOf ({ provider, paymentId, providerReference }: WebhookEvent): Promise<Payment | null> {
    if (paymentId !== null) return await payments.find(paymentId)
    return providerReference === null ? null : await payments.findByReference(provider, providerReference)
  }

  async function keep (event: WebhookEvent): Promise<WebhookResult> {
    const { inserted } = await webhookEvents.insert(event)
    return inserted ? event.state : 'duplicate'
  }
}

function gatewayOfSignature (gateways: Gateways, headers: WebhookDelivery['headers']): PaymentGateway {
  const gateway = gateways.find(({ signatureHeader }) => headers[signatureHeader] !== undefined)
  if (gateway === undefined) throw new DomainError('invalid_webhook_signature', 'no signature of a provider that is configured here')
  return gateway
}

/** What is to be settled now: nothing where the provider has to be asked and does not know, or where the fact has to wait for an earlier one. */
async function factsOf (gateway: PaymentGateway, payment: Payment, fact: PaymentFact | 'ask'): Promise<readonly PaymentFact[]> {
  if (fact !== 'ask') return isEarly(payment, fact) ? [] : [fact]
  const answer = await gateway.lookup(payment)
  return answer.kind === 'found' ? answer.facts : []
}
