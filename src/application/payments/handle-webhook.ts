import { DomainError } from '#domain/errors.js'
import type { Clock, Identity } from '../ports/system.js'
import type { PaymentGateway, WebhookDelivery } from '../ports/payment-gateway.js'
import type { PaymentStore } from '../ports/payment-store.js'
import type { WebhookEventStore } from '../ports/webhook-event-store.js'
import { makeInbox, type WebhookResult } from '../webhooks/inbox.js'
import { makeApplyWebhookEvent } from './apply-webhook-event.js'
import { requireGateway, type Gateways } from './gateways.js'

export interface HandleWebhookCommand extends Omit<WebhookDelivery, 'now'> {
  /** Null identifies the provider by its signature header. */
  readonly provider: string | null
}

export interface HandleWebhookPorts {
  readonly payments: PaymentStore
  readonly webhookEvents: WebhookEventStore
  readonly gateways: Gateways
  readonly identity: Identity
  readonly clock: Clock
}

/**
 * Applies the webhook of a provider, once for each event. The event is stored before it is acknowledged: in one step with the
 * change of its payment, or to be applied later.
 *
 * @throws invalid_webhook_signature, invalid_webhook, unknown_provider, store_unavailable, store_busy; the provider then
 * delivers it again
 */
export function makeHandleWebhook (ports: HandleWebhookPorts) {
  const { gateways, identity, clock } = ports
  const inbox = makeInbox(ports)
  const applyWebhookEvent = makeApplyWebhookEvent(ports)

  return async function handleWebhook ({ provider, headers, body }: HandleWebhookCommand): Promise<WebhookResult> {
    const gateway = provider === null ? gatewayOfSignature(gateways, headers) : requireGateway(gateways, provider)
    const now = clock()
    const { eventId, formerEventId, ...webhook } = gateway.verifyWebhook({ headers, body, now })
    // An earlier version may have stored the event under its former id.
    if (formerEventId !== undefined && await inbox.isKnown(inbox.eventKeyOf(gateway.provider, formerEventId))) return 'duplicate'
    return await inbox.receive({
      eventKey: inbox.eventKeyOf(gateway.provider, eventId),
      provider: gateway.provider,
      type: webhook.type,
      state: 'ignored',
      reason: null,
      tries: 0,
      paymentId: webhook.paymentId,
      providerReference: webhook.providerReference,
      fact: webhook.fact,
      digest: identity.digest(body),
      receivedAt: now,
      dueAt: null,
    }, async (event) => await applyWebhookEvent(event, { ask: false }), 'payment_unreadable')
  }
}

function gatewayOfSignature (gateways: Gateways, headers: WebhookDelivery['headers']): PaymentGateway {
  const gateway = gateways.find(({ signatureHeader }) => headers[signatureHeader] !== undefined)
  if (gateway === undefined) throw new DomainError('invalid_webhook_signature', 'the webhook has no signature header of a configured provider')
  return gateway
}
