import type { Static } from '@sinclair/typebox'
import { desiOf } from '#domain/shipping/parcel.js'
import type { Shipment as ShipmentEntity } from '#domain/shipping/shipment.js'
import type { Shipment } from './schemas.js'

/** A shipment without its lease, its digest and what the carrier alone knows it by. */
export function shipmentView (shipment: ShipmentEntity): Static<typeof Shipment> {
  const { events, parcels, items, flags, cancellation, returnRequest } = shipment
  return {
    shipmentId: shipment.shipmentId,
    paymentId: shipment.paymentId,
    orderId: shipment.orderId,
    direction: shipment.direction,
    sellerId: shipment.sellerId,
    buyerId: shipment.buyerId,
    carrier: shipment.carrier,
    carrierName: shipment.carrierName,
    service: shipment.service,
    status: shipment.status,
    trackingNumber: shipment.trackingNumber,
    trackingUrl: shipment.trackingUrl,
    price: shipment.price,
    parcels: parcels.map((parcel) => ({ ...parcel, desi: desiOf(parcel) })),
    items: items.map(({ index, quantity }) => ({ index, quantity })),
    events: events.map(({ kind, text, location, occurredAt }) => ({ kind, text, location, occurredAt })),
    flags: [...flags],
    failure: shipment.failure,
    cancelRequestedAt: cancellation?.requestedAt ?? null,
    returnRequest: returnRequest === null ? null : { reason: returnRequest.reason, answer: returnRequest.answer },
    createdAt: shipment.createdAt,
    updatedAt: shipment.updatedAt,
  }
}
