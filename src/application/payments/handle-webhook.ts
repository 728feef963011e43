import { DomainError } from '#domain/errors.js'
import { waitingEvent, type WaitReason, type WebhookEvent } from '#domain/payments/webhook-event.js'
import type { Clock, Identity } from '../ports/system.js'
import type { PaymentGateway, VerifiedWebhook, WebhookDelivery } from '../ports/payment-gateway.js'
import type { PaymentStore } from '../ports/payment-store.js'
import type { WebhookEventStore } from '../ports/webhook-event-store.js'
import { makeApplyWebhookEvent } from './apply-webhook-event.js'
import { requireGateway, type Gateways } from './gateways.js'

const EVENT_ID = /^[\x21-\x7e]{1,90}$/

export interface HandleWebhookCommand extends Omit<WebhookDelivery, 'now'> {
  /** Null identifies the provider by its signature header. */
  readonly provider: string | null
}

/** `applied` now, `duplicate` of an earlier delivery, `received` and waiting, or `ignored` because it concerns nothing of ours. */
export type WebhookResult = 'applied' | 'duplicate' | 'received' | 'ignored'

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
  const { webhookEvents, gateways, identity, clock } = ports
  const applyWebhookEvent = makeApplyWebhookEvent(ports)

  return async function handleWebhook ({ provider, headers, body }: HandleWebhookCommand): Promise<WebhookResult> {
    const gateway = provider === null ? gatewayOfSignature(gateways, headers) : requireGateway(gateways, provider)
    const now = clock()
    const webhook = gateway.verifyWebhook({ headers, body, now })
    if (await isKnownAsFormer(gateway.provider, webhook)) return 'duplicate'
    const event: WebhookEvent & { readonly state: 'ignored' } = {
      eventKey: eventKeyOf(gateway.provider, webhook.eventId),
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
    }
    const effect = await applyWebhookEvent(event, { ask: false }).catch(unreadable)
    if (effect === 'applied' || effect === 'duplicate') return effect
    return await keep(effect === 'ignored' ? event : waitingEvent(event, effect, now))
  }

  async function keep (event: WebhookEvent & { readonly state: 'received' | 'ignored' }): Promise<WebhookResult> {
    const { inserted } = await webhookEvents.insert(event)
    return inserted ? event.state : 'duplicate'
  }

  /** Whether an earlier version has stored the event under its former id. While the store is away, the event counts as new. */
  async function isKnownAsFormer (provider: string, { formerEventId }: VerifiedWebhook): Promise<boolean> {
    if (formerEventId === undefined) return false
    return await webhookEvents.find(eventKeyOf(provider, formerEventId)).catch(nullInOutage) !== null
  }

  /** A key of bounded length and ordinary characters, even for an event id that has neither. */
  function eventKeyOf (provider: string, eventId: string): string {
    return `${provider}#${EVENT_ID.test(eventId) ? eventId : `digest:${identity.fingerprint(eventId)}`}`
  }
}

/** When the store of payments does not answer, the event is kept and waits. */
function unreadable (error: unknown): WaitReason {
  nullInOutage(error)
  return 'payment_unreadable'
}

function nullInOutage (error: unknown): null {
  if (error instanceof DomainError && error.code === 'store_unavailable') return null
  throw error
}

function gatewayOfSignature (gateways: Gateways, headers: WebhookDelivery['headers']): PaymentGateway {
  const gateway = gateways.find(({ signatureHeader }) => headers[signatureHeader] !== undefined)
  if (gateway === undefined) throw new DomainError('invalid_webhook_signature', 'the webhook has no signature header of a configured provider')
  return gateway
}
