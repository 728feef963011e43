import type { CreatedLabel, Quote, ShipmentRequest } from '#application/ports/shipping-carrier.js'
import { DomainError } from '#domain/errors.js'
import type { ShippingAddress } from '#domain/shipping/address.js'
import { NoAnswer } from '#adapters/exchange/http.js'
import { fieldsOf, isFields, objectsOf, textOf, textOrNull, type Fields } from '#adapters/exchange/fields.js'
import { byPrice, priceOf } from '#adapters/exchange/price.js'
import { centimetresOf, kilogramsOf } from './units.js'

/** @throws carrier_unsupported */
export function check ({ shipment: { parcels, service }, from, to }: ShipmentRequest): void {
  if (from.country !== 'TR' || to.country !== 'TR') throw new DomainError('carrier_unsupported', 'Geliver carries within Türkiye')
  if (parcels.length !== 1) throw new DomainError('carrier_unsupported', 'Geliver makes a label for one parcel')
  if (from.zipCode === undefined) throw new DomainError('carrier_unsupported', 'Geliver needs the zip code of the sender')
  if (service !== null && !/^[A-Z0-9_]{1,64}$/.test(service)) throw new DomainError('carrier_unsupported', 'a service of Geliver is written like SURAT_STANDART')
  if (service !== null && /KAPIDA|ODEME|COD/.test(service)) throw new DomainError('carrier_unsupported', 'cash on delivery is not offered')
}

/** An address in Geliver's form. @param districtID as Geliver lists it */
export function addressOf ({ contactName, phone, email, line1, line2, district, city, cityCode, zipCode, country }: ShippingAddress, districtID: number, isRecipientAddress: boolean): object {
  return { name: contactName, phone, email, address1: line1, address2: line2, countryCode: country, cityName: city, cityCode, districtName: district, districtID, zip: zipCode, isRecipientAddress }
}

/** The body of a new shipment. @param orderNumber our key; a quote has none, so that no look-up finds it */
export function newShipment ({ shipment: { parcels, service } }: ShipmentRequest, senderAddressID: string, recipientAddress: object, orderNumber: string | null): object {
  const [sizes] = parcels.map(({ lengthMm, widthMm, heightMm, weightG }) => ({ length: centimetresOf(lengthMm), width: centimetresOf(widthMm), height: centimetresOf(heightMm), weight: kilogramsOf(weightG) }))
  return {
    senderAddressID,
    recipientAddress,
    ...sizes,
    distanceUnit: 'cm',
    massUnit: 'kg',
    productPaymentOnDelivery: false,
    ...(service !== null && { providerServiceCode: service }),
    ...(orderNumber !== null && { order: { orderNumber, sourceCode: 'API', sourceIdentifier: 'basvideo' } }),
  }
}

interface Offer extends Quote {
  readonly id: string
}

/** The offers, the cheapest first. One without a price is none. */
export function offersOf (shipment: Fields): readonly Offer[] {
  return objectsOf(fieldsOf(shipment, 'offers'), 'list').flatMap((offer) => {
    const price = priceOf(textOf(offer, 'totalAmount'), textOf(offer, 'currency'))
    const [id, service, carrierName] = [textOf(offer, 'id'), textOf(offer, 'providerServiceCode'), textOf(offer, 'providerCode')]
    return price === null || !ID.test(id) || isCashOnDelivery(service) ? [] : [{ id, service, carrierName, price, days: null }]
  }).toSorted(byPrice)
}

/** Money at the door is no payment of ours: such an offer is never taken. */
function isCashOnDelivery (service: string): boolean {
  return /KAPIDA|ODEME|COD/.test(service)
}

/** Geliver asks its carriers one after another; its count may end at 99. */
export function hasOffers (shipment: Fields): boolean {
  return Number(textOf(fieldsOf(shipment, 'offers'), 'percentageCompleted')) >= 99
}

const ID = /^[\w.-]{1,80}$/

/** @throws NoAnswer for anything but a shipment with an id and a status that is known */
export function shipmentOf (data: unknown): Fields {
  if (isFields(data) && ID.test(textOf(data, 'id')) && STAGES[textOf(data, 'statusCode')] !== undefined) return data
  throw new NoAnswer('Geliver answered something that is not a shipment in a known state')
}

/** What a status says of the purchase. `canceled` and `failed`: whether it was bought says the accepted offer. */
const STAGES: Readonly<Record<string, 'open' | 'bought' | 'canceled' | 'failed'>> = {
  CREATED: 'open',
  GOT_OFFERS: 'open',
  OFFER_ACCEPTED: 'bought',
  TRACKING_CODE_CREATED: 'bought',
  LABEL_PRINTED: 'bought',
  SHIPPED: 'bought',
  DELIVERED: 'bought',
  RETURNED: 'bought',
  RETURN_SHIPPED: 'bought',
  CANCELED: 'canceled',
  FAILED: 'failed',
}

export function isCanceled (shipment: Fields): boolean {
  return STAGES[textOf(shipment, 'statusCode')] === 'canceled' || textOf(shipment, 'cancelDate') !== ''
}

export function isBought (shipment: Fields): boolean {
  return STAGES[textOf(shipment, 'statusCode')] === 'bought' || textOf(shipment, 'acceptedOfferID') !== ''
}

/** The label that is bought. */
export function createdOf (shipment: Fields): CreatedLabel {
  return {
    kind: 'created',
    carrierReference: textOf(shipment, 'id'),
    carrierName: textOrNull(shipment, 'providerCode'),
    service: textOrNull(shipment, 'providerServiceCode'),
    trackingNumber: textOrNull(shipment, 'trackingNumber'),
    trackingUrl: textOrNull(shipment, 'trackingUrl'),
    price: priceOf(textOf(shipment, 'totalAmount'), textOf(shipment, 'currency')),
    label: null,
  }
}
