import type { ShipmentAddresses } from '#application/ports/shipment-store.js'
import type { ShippingAddress } from '#domain/shipping/address.js'
import type { Parcel } from '#domain/shipping/parcel.js'
import type { Shipment } from '#domain/shipping/shipment.js'
import { TRACKING_KINDS, type TrackingEvent, type TrackingKind } from '#domain/shipping/tracking.js'
import { laterBy, MINUTE_MS, type Timestamp } from '#domain/time.js'
import { START } from './builders.js'

export const PARCEL: Parcel = { lengthMm: 300, widthMm: 200, heightMm: 100, weightG: 900 }

export const PARTY: ShippingAddress = { contactName: 'Ada Yılmaz', phone: '+905321234567', line1: 'Gül Sokak 7', district: 'Kadıköy', city: 'İstanbul', cityCode: '34', country: 'TR' }

/** A shipment of ada's payment by sela, whose carrier is about to be asked. */
export function aShipment (overrides: Partial<Shipment> = {}): Shipment {
  const { createdAt = START } = overrides
  return {
    shipmentId: 'ship_1',
    paymentId: 'pay_1',
    orderId: 'order-1',
    sellerId: 'sela',
    buyerId: 'ada',
    direction: 'outbound',
    carrier: 'scripted',
    carrierName: null,
    service: null,
    status: 'pending',
    carrierKey: 'BVAAAAAAAAAAAAAA0',
    returnRequest: null,
    progress: null,
    carrierReference: null,
    trackingNumber: null,
    trackingUrl: null,
    price: null,
    parcels: [PARCEL],
    items: [],
    failure: null,
    flags: [],
    events: [],
    cancellation: null,
    createdAt,
    updatedAt: createdAt,
    version: 1,
    lease: { owner: 'lease_1', epoch: 1, until: laterBy(createdAt, 3 * MINUTE_MS) },
    check: { tries: 0, dueAt: laterBy(createdAt, MINUTE_MS) },
    fingerprint: 'fingerprint',
    ...overrides,
  }
}

/** The same with its label made, and no one at work on it. */
export function aLabel (overrides: Partial<Shipment> = {}): Shipment {
  return aShipment({ status: 'created', carrierReference: 'ref-1', trackingNumber: 'T1', lease: { owner: 'lease_1', epoch: 1, until: null }, version: 2, ...overrides })
}

export function someAddresses (shipmentId = 'ship_1', expiresAt: Timestamp = '2199-01-01T00:00:00.000Z'): ShipmentAddresses {
  return { shipmentId, from: PARTY, to: { ...PARTY, contactName: 'Cem Kaya' }, content: '1 × Scarf', label: null, expiresAt }
}

/** Something that a carrier reports so many hours after the beginning. */
export function scan (kind: TrackingKind, hours: number, eventId = `${kind}-${hours}`): TrackingEvent {
  return { eventId, kind, rawCode: String(TRACKING_KINDS.indexOf(kind)), text: '', location: '', occurredAt: laterBy(START, hours * 60 * MINUTE_MS) }
}
