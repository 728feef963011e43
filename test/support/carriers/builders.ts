import type { ShipmentRequest } from '#application/ports/shipping-carrier.js'
import type { ShippingAddress } from '#domain/shipping/address.js'
import type { Shipment } from '#domain/shipping/shipment.js'
import { START } from '../builders.js'

/** A shipment as it is stored before its carrier is called. */
export function aShipment (overrides: Partial<Shipment> = {}): Shipment {
  return {
    shipmentId: 'ship_1',
    paymentId: 'pay_1',
    orderId: 'order-1',
    sellerId: 'mehmet',
    buyerId: 'ayse',
    direction: 'outbound',
    carrier: 'easypost',
    carrierName: null,
    service: null,
    status: 'pending',
    carrierKey: 'BVABCDEFGH23456A0',
    returnRequest: null,
    progress: null,
    carrierReference: null,
    trackingNumber: null,
    trackingUrl: null,
    price: null,
    parcels: [{ lengthMm: 300, widthMm: 200, heightMm: 100, weightG: 900 }],
    items: [{ index: 0, quantity: 1 }],
    failure: null,
    flags: [],
    events: [],
    cancellation: null,
    createdAt: START,
    updatedAt: START,
    version: 1,
    lease: { owner: 'test', epoch: 1, until: START },
    check: null,
    fingerprint: 'fingerprint',
    ...overrides,
  }
}

export const SENDER: ShippingAddress = {
  contactName: 'Mehmet Satıcıoğlu',
  company: 'Satıcıoğlu Giyim',
  phone: '+905321112233',
  email: 'mehmet@example.com',
  line1: 'Bağlar Mah. 1. Sok. No:1',
  district: 'Bağcılar',
  city: 'İstanbul',
  cityCode: '34',
  zipCode: '34200',
  country: 'TR',
}

export const RECIPIENT: ShippingAddress = {
  contactName: 'Ayşe Alıcıgil',
  phone: '+905054445566',
  email: 'ayse@example.com',
  line1: 'Gizli Sokak 7',
  line2: 'Daire 3',
  district: 'Çankaya',
  city: 'Ankara',
  cityCode: '06',
  zipCode: '06690',
  country: 'TR',
}

/** Texts of the two addresses that no answer, error or event may hold. */
export const PERSONAL = [SENDER, RECIPIENT].flatMap(({ contactName, phone, email, line1 }) => [contactName, phone.slice(-10), String(email), line1])

export function aShipmentRequest (shipment = aShipment(), overrides: Partial<ShipmentRequest> = {}): ShipmentRequest {
  return { shipment, from: SENDER, to: RECIPIENT, content: 'Mavi gömlek', ...overrides }
}
