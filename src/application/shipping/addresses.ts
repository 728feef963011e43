import { DomainError } from '#domain/errors.js'
import type { Payment } from '#domain/payments/payment.js'
import type { ShippingAddress } from '#domain/shipping/address.js'
import { resolvePlace } from '#domain/shipping/places.js'
import { TRACKED_MS } from '#domain/shipping/schedule.js'
import { wantedAt, type Shipment } from '#domain/shipping/shipment.js'
import { laterBy } from '#domain/time.js'
import type { ShipmentAddresses } from '../ports/shipment-store.js'
import type { ShipmentRequest } from '../ports/shipping-carrier.js'

/** An address as a person writes it: the place is looked up. */
export type WrittenAddress = Omit<ShippingAddress, 'cityCode'>

/** From where, whereto and what, as a carrier is asked. */
export type Addresses = Omit<ShipmentRequest, 'shipment'>

const TURKEY = 'TR'

/** The address with its place as everyone writes it. A place that merely resembles one is refused. @throws address_unresolved */
export function resolvedAddress (written: WrittenAddress): ShippingAddress {
  if (written.country !== TURKEY) return { ...written, cityCode: null }
  const place = resolvePlace(written.city, written.district)
  if (place.kind === 'resolved') return { ...written, city: place.province.name, district: place.district, cityCode: place.province.code }
  const { field, candidates } = place
  throw new DomainError('address_unresolved', `${field} is not a ${field === 'city' ? 'province' : 'district'} that there is${candidates.length === 0 ? '' : `; perhaps: ${candidates.join(', ')}`}`)
}

/** Where the payer wants it. @throws address_unresolved where the payment does not say enough for a carrier */
export function recipientOf ({ shippingAddress, buyerEmail }: Payment): WrittenAddress {
  if (shippingAddress === null) throw new DomainError('address_unresolved', 'the payment has no shipping address: send `recipient`')
  const { contactName, address: line1, city, country, zipCode, phone, district } = shippingAddress
  if (phone === undefined || district === undefined) throw new DomainError('address_unresolved', 'the shipping address of the payment has no phone or no district: send `recipient`')
  return { contactName, phone, line1, district, city, country, ...(zipCode !== undefined && { zipCode }), ...(buyerEmail !== null && { email: buyerEmail }) }
}

/** They run out when the last look at the parcel is long past, and earlier once the shipment has ended. */
export function keptAddresses (shipment: Shipment, addresses: Addresses, keptMs: number): ShipmentAddresses {
  return { shipmentId: shipment.shipmentId, ...addresses, label: null, expiresAt: laterBy(wantedAt(shipment), TRACKED_MS + keptMs) }
}

const CONTENT_MAX_CHARACTERS = 100

/** What is inside, as carriers print it. */
export function contentOf ({ items, description, orderId }: Payment): string {
  const text = items.length === 0 ? description ?? orderId : items.map(({ name, quantity }) => `${quantity} × ${name}`).join(', ')
  return text.slice(0, CONTENT_MAX_CHARACTERS)
}
