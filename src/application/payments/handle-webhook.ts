import { DomainError } from '#domain/errors.js'
import { waitingEvent, type WaitReason, type WebhookEvent } from '#domain/payments/webhook-event.js'
import type { Clock } from '../ports/clock.js'
import type { Identity } from '../ports/identity.js'
import type { PaymentGateway, WebhookDelivery } from '../ports/payment-gateway.js'
import type { PaymentStore } from '../ports/payment-store.js'
import type { WebhookEventStore } from '../ports/webhook-event-store.js'
import { makeApplyWebhookEvent } from './apply-webhook-event.js'
import { requireGateway, type Gateways } from './gateways.js'

const EVENT_ID = /^[\x21-\x7e]{1,90}$/

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
 * Takes in what a provider tells, once an event. It is stored before it is acknowledged, in the same step as what it changes,
 * or, where the payment is out of reach, to be applied later.
 *
 * @throws invalid_webhook_signature, invalid_webhook, unknown_provider, store_unavailable: the provider then sends it again
 */
export function makeHandleWebhook (ports: HandleWebhookPorts) {
  const { webhookEvents, gateways, identity, clock } = ports
  const applyWebhookEvent = makeApplyWebhookEvent(ports)

  return async function handleWebhook ({ provider, headers, body }: HandleWebhookCommand): Promise<WebhookResult> {
    const gateway = provider === null ? gatewayOfSignature(gateways, headers) : requireGateway(gateways, provider)
    const now = clock()
    const notice = gateway.verifyWebhook({ headers, body, now })
    const event: WebhookEvent & { readonly state: 'ignored' } = {
      eventKey: eventKeyOf(gateway.provider, notice.eventId),
      provider: gateway.provider,
      type: notice.type,
      state: 'ignored',
      reason: null,
      tries: 0,
      paymentId: notice.paymentId,
      providerReference: notice.providerReference,
      fact: notice.fact,
      digest: identity.digest(body),
      receivedAt: now,
      dueAt: null,
    }
    const effect = await applyWebhookEvent(event, { ask: false }).catch(unreadable)
    if (effect === 'applied' || effect === 'duplicate') return effect
    return await keep(effect === 'ignored' ? event : waitingEvent(event, effect, now))
  }

  async function keep (event: WebhookEvent & { readonly state: 'received' | 'ignored' }): Promise<WebhookResult> {
    const { inserted } = await webhookEvents.insert(event)
    return inserted ? event.state : 'duplicate'
  }

  /** Of a bounded length and of characters that any key may have, whatever a provider calls its events. */
  function eventKeyOf (provider: string, eventId: string): string {
    return `${provider}#${EVENT_ID.test(eventId) ? eventId : `digest:${identity.fingerprint(eventId)}`}`
  }
}

/** What is signed is kept where that can be done, though the payment can't be read or written now. */
function unreadable (error: unknown): WaitReason {
  if (error instanceof DomainError && error.code === 'store_unavailable') return 'payment_unreadable'
  throw error
}

function gatewayOfSignature (gateways: Gateways, headers: WebhookDelivery['headers']): PaymentGateway {
  const gateway = gateways.find(({ signatureHeader }) => headers[signatureHeader] !== undefined)
  if (gateway === undefined) throw new DomainError('invalid_webhook_signature', 'no signature of a provider that is configured here')
  return gateway
}
