import type { Stores } from '#application/ports/stores.js'
import type { ShippingCarrier } from '#application/ports/shipping-carrier.js'
import { DomainError } from '#domain/errors.js'
import { withReservation } from '#domain/payments/fulfillment.js'
import type { Payment } from '#domain/payments/payment.js'
import type { Shipment } from '#domain/shipping/shipment.js'
import type { TrackingEvent, TrackingKind } from '#domain/shipping/tracking.js'
import { laterBy } from '#domain/time.js'
import { aCapturedPayment, START } from './builders.js'

export const ADDRESS = { contactName: 'Ada Yılmaz', address: 'Gül Sokak 7', city: 'İzmir', country: 'TR', district: 'Konak', phone: '+905321234567' }

/** A label of the payment `pay_1` from sela to ada, which the carrier has made and no one has scanned. */
export function aParcel (overrides: Partial<Shipment> = {}): Shipment {
  return {
    shipmentId: 'ship_1',
    paymentId: 'pay_1',
    orderId: 'order-1',
    sellerId: 'sela',
    buyerId: 'ada',
    direction: 'outbound',
    carrier: 'scripted',
    carrierName: 'Sürat Kargo',
    service: null,
    status: 'created',
    carrierKey: 'BVABCDEFGHIJKLMN0',
    returnRequest: null,
    progress: null,
    carrierReference: 'ref_1',
    trackingNumber: '1234567890',
    trackingUrl: null,
    price: null,
    parcels: [],
    items: [],
    failure: null,
    flags: [],
    events: [],
    cancellation: null,
    createdAt: START,
    updatedAt: START,
    version: 1,
    lease: { owner: 'lease_1', epoch: 1, until: null },
    check: { tries: 0, dueAt: laterBy(START, 21_600_000) },
    fingerprint: 'fingerprint',
    ...overrides,
  }
}

/** Stores a paid order with its parcel. */
export async function shipped ({ payments, shipments }: Pick<Stores, 'payments' | 'shipments'>, parcel: Shipment = aParcel(), fields: Partial<Payment> = {}): Promise<Shipment> {
  const payment = aCapturedPayment({ paymentId: parcel.paymentId, sellerId: parcel.sellerId, shippingAddress: ADDRESS, ...fields })
  const { stored } = await payments.insert({ payment, events: [] })
  return (await shipments.insert(parcel, null, (current) => withReservation(current, parcel, START), stored)).stored
}

export function aScan (kind: TrackingKind, overrides: Partial<TrackingEvent> = {}): TrackingEvent {
  return { eventId: `scan_${kind}`, kind, rawCode: kind.toUpperCase(), text: '', location: 'İzmir', occurredAt: laterBy(START, 60_000), ...overrides }
}

/** A carrier that answers `unknown` to everything but what a test gives it. */
export function scriptedCarrier (overrides: Partial<ShippingCarrier> = {}): ShippingCarrier {
  const unknown = async () => ({ kind: 'unknown', reason: 'scripted' } as const)
  return {
    carrier: 'scripted',
    capabilities: { quote: true, cancel: 'before_scan', returns: true, webhook: 'signed', countries: null, labelFormats: ['pdf'], desiDivisorCm3: 3000 },
    signatureHeader: 'x-scripted-signature',
    check: () => {},
    quote: unknown,
    create: unknown,
    find: unknown,
    label: unknown,
    track: unknown,
    cancel: unknown,
    verifyWebhook: () => { throw new DomainError('invalid_webhook_signature', 'scripted') },
    ...overrides,
  }
}
