import type { TrackingEvent, TrackingKind } from '#domain/shipping/tracking.js'
import type { Fields } from '#adapters/exchange/fields.js'
import { trackingEvent } from '#adapters/exchange/tracking.js'
import { turkishMomentOf } from '#adapters/exchange/turkish-time.js'
import { elementOf, elementsOf } from './soap.js'

/** What Yurtiçi's status of a parcel means. */
const KINDS: Readonly<Record<string, TrackingKind>> = {
  NOP: 'registered',
  ISR: 'handed_over',
  IND: 'in_transit',
  DLV: 'delivered',
  BI: 'on_hold',
  CNL: 'unknown',
  ISC: 'unknown',
}

/** It is brought back to its sender. */
const REJECTED = '9'

export function kindOf (status: string, rejectStatus: string): TrackingKind {
  return rejectStatus === REJECTED ? 'returning' : KINDS[status] ?? 'unknown'
}

/** Where the parcel is, and what was before; what has no time is no event. Who took it is not read. */
export function eventsOf (parcel: string, detail: Fields): readonly TrackingEvent[] {
  return elementsOf(detail, 'shippingDeliveryItemDetailVO').flatMap((item) => [
    ...headlineOf(parcel, detail, item),
    ...elementsOf(item, 'invDocCargoVOArray').flatMap((move) => eventOf(parcel, {
      kind: 'unknown', code: elementOf(move, 'eventId'), text: elementOf(move, 'eventName'), place: elementOf(move, 'unitName'), day: elementOf(move, 'eventDate'), time: elementOf(move, 'eventTime'),
    })),
  ])
}

function headlineOf (parcel: string, detail: Fields, item: Fields): readonly TrackingEvent[] {
  const [status, rejectStatus] = [elementOf(detail, 'operationStatus'), elementOf(item, 'rejectStatus')]
  const kind = kindOf(status, rejectStatus)
  const [day, time] = kind === 'delivered' ? [elementOf(item, 'deliveryDate'), elementOf(item, 'deliveryTime')] : [elementOf(item, 'documentDate'), '']
  const code = rejectStatus === REJECTED ? `${status}.${REJECTED}` : status
  return eventOf(parcel, { kind, code, text: elementOf(detail, 'operationMessage'), place: '', day, time })
}

interface Report { readonly kind: TrackingKind, readonly code: string, readonly text: string, readonly place: string, readonly day: string, readonly time: string }

function eventOf (parcel: string, { kind, code, text, place, day, time }: Report): readonly TrackingEvent[] {
  const occurredAt = turkishMomentOf(day, time)
  if (occurredAt === null || code === '') return []
  return [trackingEvent({ carrier: 'yurtici', parcel, kind, rawCode: code, text, location: place, occurredAt })]
}

export function trackingUrlOf (detail: Fields): string | null {
  const [item = {}] = elementsOf(detail, 'shippingDeliveryItemDetailVO')
  const url = elementOf(item, 'trackingUrl')
  return url.startsWith('http') ? url : null
}
