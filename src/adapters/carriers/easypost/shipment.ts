import type { CreatedLabel, Quote, ShipmentRequest } from '#application/ports/shipping-carrier.js'
import { DomainError } from '#domain/errors.js'
import type { ShippingAddress } from '#domain/shipping/address.js'
import type { Shipment } from '#domain/shipping/shipment.js'
import { NoAnswer } from '#adapters/exchange/http.js'
import { fieldsOf, objectsOf, textOf, textOrNull, type Fields } from '#adapters/exchange/fields.js'
import { byPrice, priceOf } from '#adapters/exchange/price.js'
import { inchesOf, ouncesOf } from './units.js'

/** 150 pounds, above which parcel carriers take none. */
const WEIGHT_G_MAX = 68_000

/** @throws carrier_unsupported, parcel_too_large */
export function check ({ shipment: { parcels, service }, from, to }: ShipmentRequest): void {
  if (from.country !== to.country) throw new DomainError('carrier_unsupported', 'EasyPost carries within a country: customs forms are not offered')
  if (parcels.length !== 1) throw new DomainError('carrier_unsupported', 'EasyPost makes a label for one parcel')
  if (service !== null && !/^\w{1,40}\.\w{1,60}$/.test(service)) throw new DomainError('carrier_unsupported', 'a service of EasyPost is a carrier and its service, such as USPS.Priority')
  if (parcels.some(({ weightG }) => weightG > WEIGHT_G_MAX)) throw new DomainError('parcel_too_large', `EasyPost takes parcels of up to ${WEIGHT_G_MAX} grams`)
}

/** The body of a new shipment. @param reference our own; a quote has none, so that no look-up finds it */
export function newShipment ({ shipment: { parcels }, from, to }: ShipmentRequest, reference: string | null): object {
  const [parcel] = parcels.map(({ lengthMm, widthMm, heightMm, weightG }) => ({ length: inchesOf(lengthMm), width: inchesOf(widthMm), height: inchesOf(heightMm), weight: ouncesOf(weightG) }))
  return {
    shipment: {
      from_address: addressOf(from),
      to_address: addressOf(to),
      parcel,
      options: { label_format: 'PDF' },
      ...(reference !== null && { reference }),
    },
  }
}

/** In Türkiye the district is the town, and the province the state; elsewhere the district is the state. */
function addressOf ({ contactName, company, phone, email, line1, line2, district, city, zipCode, country }: ShippingAddress): object {
  const place = country === 'TR' ? { city: district, state: city } : { city, state: district }
  return { name: contactName, company, phone, email, street1: line1, street2: line2, ...place, zip: zipCode, country }
}

interface Rate extends Quote {
  readonly id: string
}

/** The offers, the cheapest first. One without a price is none. */
export function ratesOf (shipment: Fields): readonly Rate[] {
  return objectsOf(shipment, 'rates').flatMap((rate) => {
    const price = priceOf(textOf(rate, 'rate'), textOf(rate, 'currency'))
    const [id, carrierName, days] = [textOf(rate, 'id'), textOf(rate, 'carrier'), Number(textOf(rate, 'delivery_days'))]
    if (price === null || !/^rate_\w{1,80}$/.test(id)) return []
    return [{ id, service: serviceOf(rate), carrierName, price, days: days > 0 ? { min: days, max: days } : null }]
  }).toSorted(byPrice)
}

function serviceOf (rate: Fields): string {
  return `${textOf(rate, 'carrier')}.${textOf(rate, 'service')}`
}

/** The id and the chosen rate: what is stored before a purchase. Null where no rate fits. */
export function progressOf (shipment: Fields, { service }: Pick<Shipment, 'service'>): string | null {
  const rate = ratesOf(shipment).find((one) => service === null || one.service === service)
  return rate === undefined ? null : `${idOf(shipment)} ${rate.id}`
}

/** @throws NoAnswer */
export function idOf (shipment: Fields): string {
  const id = textOf(shipment, 'id')
  if (!/^shp_\w{1,80}$/.test(id)) throw new NoAnswer('EasyPost answered a shipment without an id')
  return id
}

export function isBought (shipment: Fields): boolean {
  return textOf(fieldsOf(shipment, 'postage_label'), 'id') !== '' || textOf(shipment, 'tracking_code') !== ''
}

/** The label that is bought. */
export function createdOf (shipment: Fields): CreatedLabel {
  const rate = fieldsOf(shipment, 'selected_rate')
  return {
    kind: 'created',
    carrierReference: idOf(shipment),
    carrierName: textOrNull(rate, 'carrier'),
    service: textOf(rate, 'service') === '' ? null : serviceOf(rate),
    trackingNumber: textOrNull(shipment, 'tracking_code'),
    trackingUrl: textOrNull(fieldsOf(shipment, 'tracker'), 'public_url'),
    price: priceOf(textOf(rate, 'rate'), textOf(rate, 'currency')),
    label: null,
  }
}
