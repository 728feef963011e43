import { DomainError } from '#domain/errors.js'
import { checkLabelled, withNews, withReceipt, withResolution, wordOf, type REPORTED_KINDS, type Resolution } from '#domain/shipping/news.js'
import { MANUAL_CARRIER } from '#domain/shipping/schedule.js'
import { isUnaccepted, receiverOf, type Shipment } from '#domain/shipping/shipment.js'
import type { TrackingEvent } from '#domain/shipping/tracking.js'
import type { Timestamp } from '#domain/time.js'
import type { WebhookEvent } from '#domain/payments/webhook-event.js'
import { checkNotInProgress } from '../idempotency.js'
import { ownShipment, visibleShipment } from './access.js'
import { makeChangeShipment } from './change-shipment.js'
import { makeLookAtShipment, type Look, type ShippingPorts } from './complete-shipments.js'
import type { ShipmentQuery } from './read-shipments.js'

export interface ReportEventCommand extends ShipmentQuery {
  readonly kind: typeof REPORTED_KINDS[number]
  /** Null: now. */
  readonly occurredAt: Timestamp | null
  readonly note: string
}

/** What became of a parcel by the word of its seller, where they have handed it over themselves, or of an administrator. @throws not_found, forbidden, label_not_ready */
export function makeReportEvent (ports: ShippingPorts) {
  const changeShipment = makeChangeShipment(ports)

  return async function reportEvent ({ caller, shipmentId, kind, occurredAt, note }: ReportEventCommand): Promise<Shipment> {
    const known = ownShipment(await ports.shipments.find(shipmentId), caller)
    if (!caller.admin && known.carrier !== MANUAL_CARRIER) throw new DomainError('forbidden', 'the carrier reports what becomes of this parcel')
    const now = ports.clock()
    const at = occurredAt === null || occurredAt > now ? now : occurredAt
    return (await changeShipment(shipmentId, (current) => {
      checkLabelled(current)
      return withNews(current, [wordOf(kind, 'REPORTED', at, note)])
    }, { known })).shipment
  }
}

/** The person it goes to has the parcel. A repeat changes nothing. @throws not_found, forbidden, label_not_ready */
export function makeConfirmDelivery (ports: ShippingPorts) {
  const changeShipment = makeChangeShipment(ports)

  return async function confirmDelivery ({ caller, shipmentId }: ShipmentQuery): Promise<Shipment> {
    const known = visibleShipment(await ports.shipments.find(shipmentId), caller)
    if (receiverOf(known) !== caller.userId) throw new DomainError('forbidden', 'the person to whom it goes confirms that they have it')
    const now = ports.clock()
    return (await changeShipment(shipmentId, (current) => withReceipt(current, now), { known })).shipment
  }
}

/** What a person has found out where the carrier does not say it. @throws not_found, label_not_ready, request_in_progress, payment_unreadable */
export function makeResolveShipment (ports: ShippingPorts) {
  const changeShipment = makeChangeShipment(ports)

  return async function resolveShipment ({ shipmentId, as }: { readonly shipmentId: string, readonly as: Resolution }): Promise<Shipment> {
    const now = ports.clock()
    return (await changeShipment(shipmentId, (current) => {
      checkNotInProgress(current.lease, now)
      return withResolution(current, as, now)
    })).shipment
  }
}

/** Asks the carrier of a shipment now. One whose lease another owner holds, about which the carrier does not answer, or of which no carrier knows yet, is returned as it is. @throws not_found */
export function makeReconcileShipment (ports: ShippingPorts) {
  const lookAtShipment = makeLookAtShipment(ports)

  return async function reconcileShipment (shipmentId: string): Promise<Shipment> {
    const known = await ports.shipments.find(shipmentId)
    if (known === null) throw new DomainError('not_found', 'there is no such shipment')
    return isUnaccepted(known) ? known : (await lookAtShipment(known, 'now')).shipment
  }
}

export interface AppliedNews extends Omit<Look, 'asked'> {
  /** True when the webhook event was applied before. */
  readonly duplicate: boolean
}

/**
 * Applies what a webhook of a carrier says of a shipment: its events, in one step with the webhook event; `ask` asks the carrier, because
 * the webhook itself is no word of it.
 *
 * @throws not_found, payment_unreadable, store_unavailable
 */
export function makeApplyNews (ports: ShippingPorts) {
  const changeShipment = makeChangeShipment(ports)
  const lookAtShipment = makeLookAtShipment(ports)

  /** @param seen the shipment as the caller has just read it */
  return async function applyNews (shipmentId: string, news: readonly TrackingEvent[] | 'ask', webhookEvent?: WebhookEvent, seen?: Shipment): Promise<AppliedNews> {
    const options = webhookEvent === undefined ? {} : { webhookEvent }
    if (news !== 'ask') {
      const { shipment, duplicate } = await changeShipment(shipmentId, (current) => withNews(current, news), { ...options, ...(seen !== undefined && { known: seen }) })
      return { shipment, duplicate, answered: true }
    }
    const known = await ports.shipments.find(shipmentId)
    if (known === null) throw new DomainError('not_found', 'there is no such shipment')
    const { shipment, answered } = await lookAtShipment(known, 'now')
    if (!answered) return { shipment, duplicate: false, answered }
    return { ...await changeShipment(shipmentId, (current) => current, options), answered }
  }
}
