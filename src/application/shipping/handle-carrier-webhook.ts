import { DomainError } from '#domain/errors.js'
import type { WebhookDelivery } from '../ports/payment-gateway.js'
import type { ShippingCarrier } from '../ports/shipping-carrier.js'
import type { WebhookEventStore } from '../ports/webhook-event-store.js'
import { makeInbox, type WebhookResult } from '../webhooks/inbox.js'
import { makeApplyShipmentEvent } from './apply-shipment-event.js'
import { requireCarrier, type Carriers } from './carriers.js'
import type { ShippingPorts } from './complete-shipments.js'

export interface HandleCarrierWebhookCommand extends Omit<WebhookDelivery, 'now'> {
  /** Null identifies the carrier by its signature header. */
  readonly carrier: string | null
}

export interface HandleCarrierWebhookPorts extends ShippingPorts {
  readonly webhookEvents: WebhookEventStore
}

export type HandleCarrierWebhook = ReturnType<typeof makeHandleCarrierWebhook>

/**
 * Applies the webhook of a carrier, once for each event, or keeps it to be applied later, as `makeHandleWebhook` does for payments. A delivery
 * that its carrier does not sign is no more than a reason to ask the carrier.
 *
 * @throws invalid_webhook_signature, invalid_webhook, carrier_unsupported, store_unavailable, store_busy; the carrier then delivers it again
 */
export function makeHandleCarrierWebhook (ports: HandleCarrierWebhookPorts) {
  const { carriers, identity, clock } = ports
  const inbox = makeInbox(ports)
  const applyShipmentEvent = makeApplyShipmentEvent(ports)

  return async function handleCarrierWebhook ({ carrier: name, ...delivery }: HandleCarrierWebhookCommand): Promise<WebhookResult> {
    const carrier = name === null ? carrierOfSignature(carriers, delivery.headers) : requireCarrier(carriers, name)
    const now = clock()
    const { eventId, type, carrierKey, carrierReference, trackingNumber, news } = carrier.verifyWebhook({ ...delivery, now })
    return await inbox.receive({
      eventKey: inbox.eventKeyOf(`shipment:${carrier.carrier}`, eventId),
      subject: 'shipment',
      subjectId: null,
      provider: carrier.carrier,
      type,
      state: 'ignored',
      reason: null,
      tries: 0,
      paymentId: null,
      providerReference: carrierKey ?? carrierReference ?? trackingNumber,
      fact: news === null ? null : 'ask',
      ...(news !== null && { news: { carrierKey, carrierReference, trackingNumber, news } }),
      digest: identity.digest(delivery.body),
      receivedAt: now,
      dueAt: null,
    }, async (event) => await applyShipmentEvent(event, { ask: false }), 'subject_unreadable')
  }
}

function carrierOfSignature (carriers: Carriers, headers: WebhookDelivery['headers']): ShippingCarrier {
  const carrier = carriers.find(({ signatureHeader }) => signatureHeader !== null && headers[signatureHeader] !== undefined)
  if (carrier === undefined) throw new DomainError('invalid_webhook_signature', 'the webhook has no signature header of a configured carrier')
  return carrier
}
