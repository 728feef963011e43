import { DomainError } from '../errors.js'
import type { EventActor } from '../live/event-actor.js'
import type { ShippedItems } from '../payments/shipped-items.js'
import { DAY_MS, laterBy, type Timestamp } from '../time.js'
import { withoutVainWish } from './cancellation.js'
import { withFlag } from './flags.js'
import { checkOf, isUnknown, withNextLook } from './schedule.js'
import { isUnaccepted, SHIPMENT_STATUSES, type Shipment, type ShipmentFlag, type ShipmentStatus } from './shipment.js'
import { trackingStatusOf, movedAfter } from './tracking.js'

/** The next state of a shipment, and the events that lead there. When nothing changes: the same object, and no events. */
export interface ShipmentDecision {
  readonly shipment: Shipment
  readonly events: readonly ShipmentEvent[]
}

/** A change for `ShipmentStore.update`. It is pure, because the store runs it again when another change came first. */
export type ShipmentChange = (shipment: Shipment) => ShipmentDecision

/** A status that a shipment has reached; of a shipment that waits for its carrier nothing is told. */
export const SHIPMENT_EVENT_TYPES = [...SHIPMENT_STATUSES.filter((status) => status !== 'pending').map((status) => `shipment.${status}` as const), 'shipment.flagged'] as const
export type ShipmentEventType = typeof SHIPMENT_EVENT_TYPES[number]

/** An event of a shipment. It names people by their ids alone. */
export interface ShipmentEvent {
  /** Time, shipment, version and index within the change. Ids are unique and sort in the order of the events. */
  readonly eventId: string
  readonly type: ShipmentEventType
  readonly occurredAt: Timestamp
  readonly subjectId: string
  /** Absent where no one noted it. */
  readonly by?: EventActor
  readonly data: {
    readonly paymentId: string
    readonly orderId: string
    readonly sellerId: string | null
    readonly buyerId: string
    readonly direction: Shipment['direction']
    readonly carrier: string
    readonly status: ShipmentStatus
    readonly previousStatus: ShipmentStatus
    /** Of `shipment.flagged` alone. */
    readonly flag?: ShipmentFlag
  }
}

/** The first version of a shipment: the intent. */
export function intended (draft: Omit<Shipment, 'check'>): Shipment {
  return { ...draft, check: checkOf({ ...draft, check: null }, 0, draft.createdAt) }
}

/** The first version of a return, which its seller has to answer. */
export function asked (draft: Omit<Shipment, 'check'>): ShipmentDecision {
  const shipment = intended(draft)
  return { shipment, events: eventsOf({ ...shipment, status: 'pending' }, shipment) }
}

export function unchanged (shipment: Shipment): ShipmentDecision {
  return { shipment, events: [] }
}

/**
 * The change from `before` to `after` as the next version: its status follows from its events, what its carrier is asked next from its
 * status, and its events from what has changed. `updatedAt` never moves backwards, even when the clock of a node is behind.
 *
 * @throws payment_unreadable for a shipment in a state that only another version knows
 */
export function decided (before: Shipment, after: Shipment, now: Timestamp): ShipmentDecision {
  if (after === before) return unchanged(before)
  checkUnderstood(before)
  const next = folded(after)
  const isNews = next.status !== before.status || isUnknown(next) !== isUnknown(before)
  const stored: Shipment = { ...next, version: before.version + 1, updatedAt: now > before.updatedAt ? now : before.updatedAt }
  const shipment = isNews ? withNextLook(stored, 0, now) : stored
  return { shipment, events: eventsOf(before, shipment) }
}

/** @throws payment_unreadable */
export function checkUnderstood (shipment: Shipment): void {
  if (!isUnderstood(shipment)) throw new DomainError('payment_unreadable', 'another version of the service has stored a status that this version does not know')
}

export function isUnderstood ({ status }: Shipment): boolean {
  return SHIPMENT_STATUSES.includes(status)
}

/** The shipment with the status that its events mean, in whatever order they came. */
function folded (shipment: Shipment): Shipment {
  const { status, events, cancellation } = shipment
  if (status === 'pending' || isUnaccepted(shipment)) return shipment
  const tracked = trackingStatusOf(events)
  if (status === 'refused') return tracked === 'created' ? shipment : withFlag(shipment, 'outcome_unknown')
  const canceledAt = cancellation?.confirmedAt ?? null
  if (canceledAt !== null) return movedAfter(canceledAt, events) ? withFlag({ ...shipment, status: tracked }, 'moved_after_cancel') : { ...shipment, status: 'canceled' }
  return withoutVainWish({ ...shipment, status: tracked })
}

function eventsOf (before: Shipment, after: Shipment): ShipmentEvent[] {
  const { shipmentId, updatedAt: occurredAt, version, status, paymentId, orderId, sellerId, buyerId, direction, carrier } = after
  const flags = after.flags.filter((flag) => !before.flags.includes(flag))
  const types: Array<{ readonly type: ShipmentEventType, readonly flag?: ShipmentFlag }> = [
    ...(status === before.status || status === 'pending' ? [] : [{ type: `shipment.${status}` as const }]),
    ...flags.map((flag) => ({ type: 'shipment.flagged' as const, flag })),
  ]
  return types.map(({ type, flag }, index) => ({
    eventId: `${occurredAt}#${shipmentId}#${String(version).padStart(6, '0')}.${String(index).padStart(3, '0')}`,
    type,
    occurredAt,
    subjectId: shipmentId,
    data: { paymentId, orderId, sellerId, buyerId, direction, carrier, status, previousStatus: before.status, ...(flag !== undefined && { flag }) },
  }))
}

/** What the shipment means for the items that it holds. */
export function parcelStateOf ({ status }: Shipment): ShippedItems['state'] {
  switch (status) {
    case 'requested': case 'pending': case 'created': return 'open'
    case 'declined': case 'refused': case 'canceled': return 'void'
    case 'delivered': case 'returned': return status
    default: return 'shipped'
  }
}

const POSTPONED_MS = DAY_MS

/** A shipment in a state of another version that only gets a later look, so that it does not keep others from their turn. */
export function postponed (shipment: Shipment, now: Timestamp): ShipmentDecision {
  return { shipment: { ...shipment, version: shipment.version + 1, check: { tries: 0, dueAt: laterBy(now, POSTPONED_MS) } }, events: [] }
}
