import { DomainError } from '../errors.js'
import type { Timestamp } from '../time.js'
import { withCancelConfirmed } from './cancellation.js'
import { withoutFlags } from './flags.js'
import { isUnaccepted, type Shipment, type ShipmentStatus } from './shipment.js'
import { withEvents, type TrackingEvent, type TrackingKind } from './tracking.js'

/** The shipment with what was reported of its parcels; the same shipment where all of it is known. */
export function withNews (shipment: Shipment, reported: readonly TrackingEvent[]): Shipment {
  const events = withEvents(shipment.events, reported)
  return JSON.stringify(events) === JSON.stringify(shipment.events) ? shipment : { ...shipment, events }
}

/** What a seller or an administrator may report of a parcel. */
export const REPORTED_KINDS = ['handed_over', 'in_transit', 'lost', 'returned'] as const satisfies readonly TrackingKind[]

/** What a person has seen. The same word again is the same event. */
export function wordOf (kind: TrackingKind, rawCode: string, occurredAt: Timestamp, text = ''): TrackingEvent {
  return { eventId: `${rawCode}-${kind}-${occurredAt}`, kind, rawCode, text, location: '', occurredAt }
}

/**
 * The person it goes to has the parcel. It is one event, however often they say so.
 *
 * @throws label_not_ready where there is no label
 */
export function withReceipt (shipment: Shipment, now: Timestamp): Shipment {
  checkLabelled(shipment)
  return withNews(shipment, [{ ...wordOf('delivered', RECEIPT, now), eventId: RECEIPT, occurredAt: shipment.events.find(({ eventId }) => eventId === RECEIPT)?.occurredAt ?? now }])
}

const RECEIPT = 'CONFIRMED_BY_BUYER'

const NO_LABEL: readonly ShipmentStatus[] = ['requested', 'declined', 'pending', 'refused', 'canceled']

/** @throws label_not_ready where no label was made, or where it was canceled */
export function checkLabelled ({ status }: Shipment): void {
  if (NO_LABEL.includes(status)) throw new DomainError('label_not_ready', `the status of the shipment is ${status}`)
}

/** How a person may decide what no carrier answers. */
export const RESOLUTIONS = ['delivered', 'lost', 'returned', 'canceled'] as const
export type Resolution = typeof RESOLUTIONS[number]

/** The code of the event by which a person decides. */
export const RESOLVED = 'RESOLVED'

/** What a person has decided of a shipment of which the carrier does not answer. Later news of the carrier count on top of it. @throws label_not_ready for a return that is not accepted, and where the carrier has made no label */
export function withResolution (shipment: Shipment, as: Resolution, now: Timestamp): Shipment {
  if (isUnaccepted(shipment)) throw new DomainError('label_not_ready', 'the return is not accepted: no carrier knows of it')
  if (shipment.status === 'refused' && as !== 'canceled') throw new DomainError('label_not_ready', 'the carrier has refused the shipment: there is no parcel')
  const answered = withoutFlags(shipment, ['outcome_unknown', 'tracking_silent', 'cancel_refused'])
  if (as === 'canceled') return withCancelConfirmed(answered, now)
  return withNews({ ...answered, status: shipment.status === 'pending' ? 'created' : shipment.status }, [wordOf(as, RESOLVED, now)])
}
