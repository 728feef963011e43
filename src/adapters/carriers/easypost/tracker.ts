import type { TrackingEvent, TrackingKind } from '#domain/shipping/tracking.js'
import { fieldsOf, objectsOf, textOf, textOrNull, type Fields } from '#adapters/exchange/fields.js'
import { momentOf, trackingEvent } from '#adapters/exchange/tracking.js'

/** What EasyPost's status of a parcel means. */
const KINDS: Readonly<Record<string, TrackingKind>> = {
  unknown: 'unknown',
  pre_transit: 'registered',
  in_transit: 'in_transit',
  out_for_delivery: 'out_for_delivery',
  available_for_pickup: 'available_for_pickup',
  delivered: 'delivered',
  return_to_sender: 'returning',
  failure: 'delivery_failed',
  cancelled: 'unknown',
  error: 'unknown',
}

/** Details that say more than the status beside them. */
const DETAILS: Readonly<Record<string, TrackingKind>> = {
  'in_transit.received_at_origin_facility': 'handed_over',
  'in_transit.held': 'on_hold',
  'in_transit.delayed': 'on_hold',
  'in_transit.weather_delay': 'on_hold',
  'in_transit.address_correction': 'on_hold',
  'in_transit.return': 'returning',
  'in_transit.lost': 'lost',
  'failure.lost': 'lost',
  'failure.held': 'on_hold',
  'failure.return': 'returning',
  'failure.expired': 'unknown',
  'error.lost': 'lost',
}

export function kindOf (status: string, detail: string): TrackingKind {
  return DETAILS[`${status}.${detail}`] ?? KINDS[status] ?? 'unknown'
}

/** What a tracker reports. One without details may have a status nevertheless. */
export function eventsOf (tracker: Fields): readonly TrackingEvent[] {
  const parcel = textOf(tracker, 'tracking_code')
  const details = objectsOf(tracker, 'tracking_details').flatMap((detail) => eventOf(parcel, detail, textOf(detail, 'datetime')))
  return details.length > 0 || textOf(tracker, 'status') === 'unknown' ? details : eventOf(parcel, tracker, textOf(tracker, 'updated_at'))
}

function eventOf (parcel: string, report: Fields, time: string): readonly TrackingEvent[] {
  const occurredAt = momentOf(time)
  if (occurredAt === null) return []
  const [status, detail] = [textOf(report, 'status'), textOf(report, 'status_detail')]
  const place = fieldsOf(report, 'tracking_location')
  return [trackingEvent({
    carrier: 'easypost',
    parcel,
    kind: kindOf(status, detail),
    rawCode: [status, detail].filter((code) => code !== '').join('.'),
    text: textOf(report, 'message'),
    location: [textOf(place, 'city'), textOf(place, 'state'), textOf(place, 'country')].filter((part) => part !== '').join(', '),
    occurredAt,
  })]
}

export function trackingUrlOf (tracker: Fields): string | null {
  return textOrNull(tracker, 'public_url')
}
