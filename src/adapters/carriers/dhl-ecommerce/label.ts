import type { CancelAnswer, CreateAnswer, CreatedLabel, FindAnswer, RefusedLabel, ShipmentRequest, TrackAnswer } from '#application/ports/shipping-carrier.js'
import type { Shipment } from '#domain/shipping/shipment.js'
import type { TrackingKind } from '#domain/shipping/tracking.js'
import { NoAnswer } from '#adapters/exchange/http.js'
import { fieldsOf, textOf, textOrNull, type Fields } from '#adapters/exchange/fields.js'
import { canceledLabel, labelOnce, refusedLabel } from '#adapters/exchange/label-once.js'
import { trackingEvent } from '#adapters/exchange/tracking.js'
import { turkishMoment } from '#adapters/exchange/turkish-time.js'
import { type Client, oneOf } from './client.js'
import { createdOf, labelIn, newBarcode, newOrder } from './order.js'

const COMPANY = 'DHL eCommerce'
/** The order is made, which costs nothing. */
const ORDERED = 'order'

export interface DhlEcommerce extends Client {
  readonly cityOf: (country: string, city: string) => Promise<string | null>
  readonly districtOf: (cityCode: string, district: string) => Promise<string | null>
}

/** First an order, then the barcode that makes a shipment of it. Each is looked for before it is made, and again where it is refused. */
export async function create (dhl: DhlEcommerce, request: ShipmentRequest, progress: string | null): Promise<CreateAnswer> {
  const { shipment } = request
  if (progress === null) return await order(dhl, request)
  return await labelOnce(
    async () => {
      const value = await shipmentAt(dhl, shipment)
      if (value !== null) return createdOf(value, null)
      return shipment.carrierReference === null ? null : canceledLabel(COMPANY)
    },
    async () => await barcode(dhl, request))
}

async function order (dhl: DhlEcommerce, request: ShipmentRequest): Promise<CreateAnswer> {
  const { shipment, to } = request
  const cityCode = await dhl.cityOf('TR', to.city)
  const districtCode = cityCode === null ? null : await dhl.districtOf(cityCode, to.district)
  if (cityCode === null || districtCode === null) return refusedLabel(COMPANY, 'place_unknown', [cityCode === null ? 'to.city' : 'to.district'])
  if (await orderAt(dhl, shipment) !== null) return { kind: 'progress', progress: ORDERED }
  const answer = await dhl.write('POST', '/standardcmdapi/createOrder', newOrder(request, cityCode, districtCode))
  if ('refused' in answer && await orderAt(dhl, shipment) === null) return refusedLabel(COMPANY, answer.refused.code)
  return { kind: 'progress', progress: ORDERED }
}

async function barcode (dhl: DhlEcommerce, request: ShipmentRequest): Promise<CreatedLabel | RefusedLabel> {
  const answer = await dhl.write('POST', '/barcodecmdapi/createbarcode', newBarcode(request))
  if ('refused' in answer) return refusedLabel(COMPANY, answer.refused.code)
  const value = oneOf(answer.value)
  if (value === null) throw new NoAnswer(`${COMPANY} answered a barcode without a shipment`)
  return createdOf(value, labelIn(value))
}

/** The shipment of our key; null where there is none. @throws NoAnswer */
async function shipmentAt (dhl: Client, { carrierKey }: Shipment): Promise<Fields | null> {
  const value = oneOf(await dhl.read(`/standardqueryapi/getshipment/${carrierKey}`))
  return value === null ? null : fieldsOf(value, 'shipment')
}

/** @throws NoAnswer */
async function orderAt (dhl: Client, { carrierKey }: Shipment): Promise<Fields | null> {
  return oneOf(await dhl.read(`/standardqueryapi/getorder/${carrierKey}`))
}

/** By our key alone, in both lists. A label that was made and is to be canceled is canceled once no shipment is there. */
export async function find (dhl: Client, shipment: Shipment): Promise<FindAnswer> {
  const value = await shipmentAt(dhl, shipment)
  if (value !== null) return { kind: 'found', progress: ORDERED, created: createdOf(value, null), canceled: false }
  const isOrdered = await orderAt(dhl, shipment) !== null
  if (shipment.carrierReference !== null) return { kind: 'found', progress: ORDERED, created: null, canceled: gone(shipment) }
  return isOrdered ? { kind: 'found', progress: ORDERED, created: null, canceled: false } : { kind: 'not_found' }
}

/** @throws NoAnswer where no one has asked for it: a list may lag */
function gone ({ cancellation }: Shipment): true {
  if (cancellation === null) throw new NoAnswer(`${COMPANY} does not show a shipment that it has made`)
  return true
}

/** What DHL eCommerce's code of a shipment means. */
const KINDS: Readonly<Record<string, TrackingKind>> = {
  0: 'registered',
  1: 'registered',
  2: 'in_transit',
  3: 'in_transit',
  4: 'out_for_delivery',
  5: 'delivered',
  6: 'delivery_failed',
  7: 'returning',
  8: 'on_hold',
}

export function kindOf (code: string): TrackingKind {
  return KINDS[code] ?? 'unknown'
}

/** The last report of a shipment: each look adds what is new. */
export async function track (dhl: Client, shipment: Shipment): Promise<TrackAnswer> {
  const value = oneOf(await dhl.read(`/standardqueryapi/getshipmentstatus/${shipment.carrierKey}`))
  if (value === null) {
    if (shipment.carrierReference === null) return { kind: 'not_found' }
    return { kind: 'tracked', events: [], trackingNumber: null, trackingUrl: null, canceled: gone(shipment) }
  }
  const [rawCode, occurredAt] = [textOf(value, 'shipmentStatusCode'), turkishMoment(textOf(value, 'statusDateTime'))]
  const events = occurredAt === null || rawCode === ''
    ? []
    : [trackingEvent({ carrier: 'dhl_ecommerce', parcel: shipment.carrierKey, kind: kindOf(rawCode), rawCode, text: textOf(value, 'shipmentStatus'), location: '', occurredAt })]
  return { kind: 'tracked', events, trackingNumber: textOrNull(value, 'shipmentId'), trackingUrl: textOrNull(value, 'trackingUrl'), canceled: false }
}

/** Whether it is canceled, a look-up tells: this answer is a word alone. */
export async function cancel (dhl: Client, shipment: Shipment): Promise<CancelAnswer> {
  const { carrierKey } = shipment
  const value = await shipmentAt(dhl, shipment)
  const answer = value === null
    ? await dhl.write('PUT', `/standardcmdapi/cancelorder/${carrierKey}`)
    : await dhl.write('PUT', '/barcodecmdapi/cancelshipment', { referenceId: carrierKey, shipmentId: textOf(value, 'shipmentId') })
  return 'refused' in answer ? refusedLabel(COMPANY, answer.refused.code) : { kind: 'requested' }
}
