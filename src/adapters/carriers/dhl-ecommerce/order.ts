import type { CreatedLabel, ShipmentRequest } from '#application/ports/shipping-carrier.js'
import { DomainError } from '#domain/errors.js'
import { desiOf } from '#domain/shipping/parcel.js'
import { NoAnswer } from '#adapters/exchange/http.js'
import { objectsOf, textOf, type Fields } from '#adapters/exchange/fields.js'
import { priceOf } from '#adapters/exchange/price.js'

/** DHL eCommerce's numbers of its services. */
const SERVICES: Readonly<Record<string, number>> = { standard: 1, same_day: 7, evening: 8 }
const PAID_BY_SENDER = 1
const TO_ADDRESS = 1
/** 1 document, 2 small, 3 parcel, 4 box. */
const PARCEL = 3

const CONTENT_CHARACTERS_MAX = 200
const LABEL_BYTES_MAX = 64 * 1024

/** @throws carrier_unsupported */
export function check ({ shipment: { direction, service }, from, to }: ShipmentRequest): void {
  if (direction === 'return') throw new DomainError('carrier_unsupported', 'returns by DHL eCommerce are not offered')
  if (from.country !== 'TR' || to.country !== 'TR') throw new DomainError('carrier_unsupported', 'DHL eCommerce carries within Türkiye')
  if (!/^\+90\d{10}$/.test(to.phone)) throw new DomainError('carrier_unsupported', 'DHL eCommerce needs a Turkish phone number of the recipient')
  if (service !== null && SERVICES[service] === undefined) throw new DomainError('carrier_unsupported', `a service of DHL eCommerce is one of ${Object.keys(SERVICES).join(', ')}`)
}

/** The parcels in whole desi and kilograms, rounded up. */
export function piecesOf ({ shipment: { carrierKey, parcels }, content }: ShipmentRequest): readonly object[] {
  return parcels.map((parcel, index) => ({
    barcode: `${carrierKey}_${index + 1}`,
    desi: desiOf(parcel),
    kg: (parcel.weightG - parcel.weightG % 1000) / 1000 + Number(parcel.weightG % 1000 > 0),
    content: content.slice(0, CONTENT_CHARACTERS_MAX),
  }))
}

/** The body of an order. The sender is the account: its address is that of the contract. */
export function newOrder (request: ShipmentRequest, cityCode: string, districtCode: string): object {
  const { shipment: { carrierKey, service }, to, content } = request
  return {
    order: {
      referenceId: carrierKey,
      barcode: carrierKey,
      billOfLandingId: carrierKey,
      isCOD: 0,
      codAmount: 0,
      shipmentServiceType: SERVICES[service ?? 'standard'],
      packagingType: PARCEL,
      content: content.slice(0, CONTENT_CHARACTERS_MAX),
      smsPreference1: 0,
      smsPreference2: 0,
      smsPreference3: 0,
      paymentType: PAID_BY_SENDER,
      deliveryType: TO_ADDRESS,
      description: '',
    },
    orderPieceList: piecesOf(request),
    recipient: {
      fullName: to.contactName,
      cityCode: Number(cityCode),
      districtCode: Number(districtCode),
      address: [to.line1, to.line2].filter((line) => line !== undefined).join(' '),
      mobilePhoneNumber: to.phone.slice(-10),
      email: to.email ?? '',
    },
  }
}

/** The body that turns an order into a shipment. */
export function newBarcode (request: ShipmentRequest): object {
  return { referenceId: request.shipment.carrierKey, isCOD: 0, codAmount: 0, packagingType: PARCEL, printReferenceBarcodeOnError: 0, orderPieceList: piecesOf(request) }
}

/** @throws NoAnswer for a shipment without its number */
export function createdOf (shipment: Fields, label: CreatedLabel['label']): CreatedLabel {
  const id = textOf(shipment, 'shipmentId')
  if (!/^\d{1,30}$/.test(id)) throw new NoAnswer('DHL eCommerce answered a shipment without a number')
  return { kind: 'created', carrierReference: id, carrierName: null, service: null, trackingNumber: id, trackingUrl: null, price: priceOf(textOf(shipment, 'finalTotal'), 'TRY'), label }
}

/** The labels of all pieces, which no later answer holds; null where they are numbers alone. */
export function labelIn (answer: Fields): CreatedLabel['label'] {
  const pages = objectsOf(answer, 'barcodes').map((barcode) => textOf(barcode, 'value').trim())
  const bytes = Buffer.from(pages.join('\n'))
  return pages.length > 0 && pages.every((page) => page.startsWith('^XA')) && bytes.length <= LABEL_BYTES_MAX ? { format: 'zpl', bytes } : null
}
