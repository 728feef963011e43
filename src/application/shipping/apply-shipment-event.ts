import { DomainError } from '#domain/errors.js'
import { appliedEvent, type WebhookEvent } from '#domain/payments/webhook-event.js'
import type { Shipment } from '#domain/shipping/shipment.js'
import { laterBy, MINUTE_MS } from '#domain/time.js'
import type { WebhookEffect } from '../webhooks/inbox.js'
import type { ShippingPorts } from './complete-shipments.js'
import { makeApplyNews } from './decide-shipment.js'

export type ApplyShipmentEvent = ReturnType<typeof makeApplyShipmentEvent>

/** What is known of a parcel is at most so old when a hint of its carrier comes soon after another: the carrier is not asked again at once. */
const HINT_PAUSE_MS = MINUTE_MS

/** Applies an event of a carrier to its shipment, once, or says why it has to wait. */
export function makeApplyShipmentEvent (ports: ShippingPorts) {
  const { shipments, clock } = ports
  const applyNews = makeApplyNews(ports)

  /** @param ask whether this is a later try */
  return async function applyShipmentEvent (event: WebhookEvent, { ask }: { readonly ask: boolean }): Promise<WebhookEffect> {
    const { provider, news } = event
    if (news === undefined || (news.carrierKey === null && news.carrierReference === null)) return 'ignored'
    const shipment = await shipments.findByCarrier(provider, news)
    if (shipment === null) return 'subject_unknown'
    if (news.news === 'ask' && !ask && laterBy(shipment.updatedAt, HINT_PAUSE_MS) > clock()) return 'provider_silent'
    return await apply(shipment, news.news === 'ask' && shipment.updatedAt > event.receivedAt ? [] : news.news, event).catch(unreadable)
  }

  async function apply (shipment: Shipment, news: NonNullable<WebhookEvent['news']>['news'], event: WebhookEvent): Promise<WebhookEffect> {
    const { shipmentId } = shipment
    const { duplicate, answered } = await applyNews(shipmentId, news, appliedEvent({ ...event, subjectId: shipmentId }), shipment)
    if (duplicate) return 'duplicate'
    return answered ? 'applied' : 'provider_silent'
  }
}

/** An event whose shipment is in a state of another version waits for that version. */
function unreadable (error: unknown): WebhookEffect {
  if (error instanceof DomainError && error.code === 'payment_unreadable') return 'subject_unreadable'
  throw error
}
