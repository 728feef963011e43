import type { TrackAnswer } from '#application/ports/shipping-carrier.js'
import type { Shipment } from '#domain/shipping/shipment.js'
import type { TrackingEvent, TrackingKind } from '#domain/shipping/tracking.js'
import { NoAnswer } from '#adapters/exchange/http.js'
import { fieldsOf, textOf, textOrNull, type Fields } from '#adapters/exchange/fields.js'
import { momentOf, trackingEvent } from '#adapters/exchange/tracking.js'
import { type Geliver, idAt } from './label.js'
import { isCanceled, shipmentOf } from './shipment.js'

/** What Geliver's codes of a parcel mean, those of its tracking and those of its shipments. It documents none: the others are kept as `unknown`. */
const KINDS: Readonly<Record<string, TrackingKind>> = {
  CREATED: 'registered',
  PRE_TRANSIT: 'registered',
  TRACKING_CODE_CREATED: 'registered',
  LABEL_PRINTED: 'registered',
  SHIPPED: 'in_transit',
  TRANSIT: 'in_transit',
  IN_TRANSIT: 'in_transit',
  OUT_FOR_DELIVERY: 'out_for_delivery',
  DELIVERED: 'delivered',
  FAILURE: 'delivery_failed',
  RETURN_SHIPPED: 'returning',
  RETURNED: 'returned',
}

/** Details that say more than the code beside them. */
const DETAILS: Readonly<Record<string, TrackingKind>> = {
  PACKAGE_ACCEPTED: 'handed_over',
  OUT_FOR_DELIVERY: 'out_for_delivery',
  DELIVERY_ATTEMPTED: 'delivery_failed',
  PACKAGE_HELD: 'on_hold',
  PACKAGE_LOST: 'lost',
  RETURN_TO_SENDER: 'returning',
}

export function kindOf (code: string, detail: string): TrackingKind {
  return DETAILS[detail.toUpperCase()] ?? KINDS[code.toUpperCase()] ?? 'unknown'
}

/** Geliver tells where a parcel is, and no more of what was: each look adds what is new. */
export async function track (geliver: Geliver, shipment: Shipment): Promise<TrackAnswer> {
  const id = idAt(shipment)
  if (id === null) throw new NoAnswer('the shipment has no id of Geliver yet')
  const answer = await geliver.call('GET', `/shipments/${id}`)
  if ('refused' in answer) {
    if (answer.refused.status === 404) return { kind: 'not_found' }
    throw new NoAnswer(`Geliver refused to track a shipment, with code ${answer.refused.code}`)
  }
  const value = shipmentOf(answer.data)
  return { kind: 'tracked', events: eventsOf(id, value), trackingNumber: textOrNull(value, 'trackingNumber'), trackingUrl: textOrNull(value, 'trackingUrl'), canceled: isCanceled(value) }
}

function eventsOf (parcel: string, shipment: Fields): readonly TrackingEvent[] {
  const report = fieldsOf(shipment, 'trackingStatus')
  const [code, detail] = [textOf(report, 'trackingStatusCode'), textOf(report, 'trackingSubStatusCode')]
  const occurredAt = momentOf(textOf(report, 'statusDate'))
  if (occurredAt === null || code === '') return []
  return [trackingEvent({
    carrier: 'geliver',
    parcel,
    kind: kindOf(code, detail),
    rawCode: [code, detail].filter((one) => one !== '').join('.'),
    text: textOf(report, 'statusDetails'),
    location: textOf(report, 'locationName'),
    occurredAt,
  })]
}
